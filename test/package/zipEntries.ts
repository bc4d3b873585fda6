/** A file of a ZIP archive. */
export interface ZipEntry {
  readonly name: string;
  readonly compressedBytes: number;
  readonly bytes: number;
}

const END_OF_DIRECTORY = 0x06_05_4b_50;
const DIRECTORY_ENTRY = 0x02_01_4b_50;

/** Reads the central directory of a ZIP archive (APPNOTE.TXT 4.3.12; no ZIP64, no comment). */
export function zipEntries(archive: Buffer): readonly ZipEntry[] {
  const end = archive.length - 22;
  if (archive.readUInt32LE(end) !== END_OF_DIRECTORY) {
    throw new Error('not a ZIP archive without a comment');
  }
  const entries: ZipEntry[] = [];
  let position = archive.readUInt32LE(end + 16);
  for (let count = archive.readUInt16LE(end + 10); count > 0; count -= 1) {
    if (archive.readUInt32LE(position) !== DIRECTORY_ENTRY) {
      throw new Error(`no directory entry at ${position}`);
    }
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
      archive.readUInt16LE(position + offset),
    ) as [number, number, number];
    entries.push({
      name: archive.toString('utf8', position + 46, position + 46 + nameLength),
      compressedBytes: archive.readUInt32LE(position + 20),
      bytes: archive.readUInt32LE(position + 24),
    });
    position += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}
