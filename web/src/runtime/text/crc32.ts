const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) {
    rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return rest;
});

/** Return the check sum of a text's UTF-8, as zlib has it; a lone surrogate is three bytes. */
export function crc32(text: string): number {
  let sum = 0xffffffff;
  const take = (byte: number) => {
    sum = (sum >>> 8) ^ TABLE[(sum ^ byte) & 0xff]!;
  };
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code < 0x80) {
      take(code);
      continue;
    }
    const more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    take([0xc0, 0xe0, 0xf0][more - 1]! | (code >> (6 * more)));
    for (let shift = 6 * (more - 1); shift >= 0; shift -= 6) {
      take(0x80 | ((code >> shift) & 0x3f));
    }
  }
  return (sum ^ 0xffffffff) >>> 0;
}
