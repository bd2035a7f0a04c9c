/** How long a server may take to answer, in milliseconds. kubectl waits for ever; a pipeline must not. */
export const usualPatience = 60_000;
