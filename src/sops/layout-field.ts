/** The one metadata field of our own; sops and Flux ignore it, and sops drops it when it rewrites the file. */
export const layoutField = 'sopskit_layout';
