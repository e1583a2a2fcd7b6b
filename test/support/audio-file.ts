import type { MultipartFile } from '#vxml'

/** A recording of a call, for forms that send it. */
export function audioFile(contentType: string, audio: Uint8Array): MultipartFile {
  return {
    contentType,
    secret: 'for this test',
    sizeBytes: audio.length,
    async *open() {
      yield audio
    },
  }
}
