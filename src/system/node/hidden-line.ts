/** A line typed without echo: bytes in, edits applied, the line out. Every key the user took back is wiped. */
export interface HiddenLine {
  /** Takes what was typed; says whether the line is complete, given up, or goes on. */
  take(chunk: Uint8Array): 'more' | 'done' | 'interrupted';
  /** Hands the line over and forgets it. */
  claim(): Uint8Array;
  wipe(): void;
}

const keys = {
  ctrlC: 0x03,
  ctrlD: 0x04,
  backspace: 0x08,
  lineFeed: 0x0a,
  enter: 0x0d,
  ctrlU: 0x15,
  escape: 0x1b,
  del: 0x7f,
} as const;

/** A passphrase longer than this is a paste gone wrong; what is beyond is dropped. */
const capacity = 4096;

export function hiddenLine(): HiddenLine {
  const line = new Uint8Array(capacity);
  let length = 0;
  /** Inside `ESC [ … letter`, the keys that move a cursor we do not have. */
  let sequence: 'none' | 'escape' | 'control' = 'none';

  const eraseCharacter = (): void => {
    while (length > 0) {
      const byte = line[--length] ?? 0;
      line[length] = 0;
      if ((byte & 0xc0) !== 0x80) return; // the first byte of a UTF-8 character
    }
  };
  const skip = (byte: number): boolean => {
    if (sequence === 'none') return false;
    const goesOn = sequence === 'escape' ? byte === 0x5b || byte === 0x4f : byte < 0x40;
    sequence = goesOn ? 'control' : 'none';
    return true;
  };
  const press = (byte: number): 'more' | 'done' | 'interrupted' => {
    if (byte === keys.ctrlC) return 'interrupted';
    if (byte === keys.lineFeed || byte === keys.enter) return 'done';
    if (skip(byte)) return 'more';
    if (byte === keys.ctrlD) return length === 0 ? 'interrupted' : 'done';
    if (byte === keys.backspace || byte === keys.del) eraseCharacter();
    else if (byte === keys.ctrlU) while (length > 0) eraseCharacter();
    else if (byte === keys.escape) sequence = 'escape';
    else if ((byte >= 0x20 || byte === 0x09) && length < capacity) line[length++] = byte;
    return 'more';
  };

  return {
    take(chunk) {
      for (const byte of chunk) {
        const state = press(byte);
        if (state !== 'more') return state;
      }
      return 'more';
    },
    claim() {
      const claimed = line.slice(0, length);
      line.fill(0);
      length = 0;
      return claimed;
    },
    wipe: () => void line.fill(0),
  };
}
