/** The package has no types of its own. */
declare module 'picomatch' {
  export interface Options {
    readonly dot?: boolean;
    readonly nonegate?: boolean;
    readonly windows?: boolean;
    readonly strictBrackets?: boolean;
  }
  interface Picomatch {
    (glob: string, options?: Options): (text: string) => boolean;
    scan(
      glob: string,
      options?: Options,
    ): { readonly base: string; readonly glob: string; readonly isGlob: boolean };
  }
  const picomatch: Picomatch;
  export default picomatch;
}
