export { Bucket, type BucketAddress } from './bucket.ts'
export { parseBucket } from './parse-bucket.ts'
export { parseRecordingKey } from './parse-recording-key.ts'
export {
  openRecording,
  RecordingArchive,
  type RecordingArchiveOptions,
} from './recording-archive.ts'
export { RecordingFolder, type RecordingFolderOptions } from './recording-folder.ts'
export { type ByteSource, collectBytes, openFile, readRecording } from './recording-reader.ts'
export { RecordingWriter } from './recording-writer.ts'
export { KEY_BYTES } from './seal.ts'
