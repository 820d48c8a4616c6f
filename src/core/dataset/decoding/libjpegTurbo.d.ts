/** libjpeg-turbo compiled to WebAssembly by the Cornerstone project, which has no types of its own. */
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  export interface JpegDecoder {
    /** The memory to write the file's bytes into: valid until the next call. */
    getEncodedBuffer(length: number): Uint8Array
    /** Throws a number for a file that is damaged in any way. */
    decode(): void
    /** Samples, one or three a pixel: valid until the next call. */
    getDecodedBuffer(): Uint8Array
  }

  export interface LibjpegTurbo {
    JPEGDecoder: new () => JpegDecoder
    /** All of its memory, which grows and never shrinks. */
    readonly HEAPU8: Uint8Array
  }

  export default function load(): Promise<LibjpegTurbo>
}
