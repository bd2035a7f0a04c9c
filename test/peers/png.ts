import { inflateSync } from 'node:zlib';

type Test = (red: number, green: number, blue: number) => boolean;

export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A decoded picture. */
export class Picture {
  readonly width: number;
  readonly height: number;
  readonly #pixels: Uint8Array;
  readonly #channels: number;

  constructor(width: number, height: number, channels: number, pixels: Uint8Array) {
    this.width = width;
    this.height = height;
    this.#channels = channels;
    this.#pixels = pixels;
  }

  /** All colours that occur, as 24-bit numbers. */
  colours(): Set<number> {
    const found = new Set<number>();
    this.#each((red, green, blue) => void found.add((red << 16) | (green << 8) | blue));
    return found;
  }

  /** How many pixels pass a test. */
  count(test: Test): number {
    let count = 0;
    this.#each((red, green, blue) => {
      if (test(red, green, blue)) count++;
    });
    return count;
  }

  /** Mean brightness of a region, 0 to 255. */
  brightness({ x, y, width, height }: Region): number {
    let sum = 0;
    for (let row = y; row < y + height; row++) {
      for (let column = x; column < x + width; column++) {
        const at = (row * this.width + column) * this.#channels;
        sum += ((this.#pixels[at] ?? 0) + (this.#pixels[at + 1] ?? 0) + (this.#pixels[at + 2] ?? 0)) / 3;
      }
    }
    return sum / (width * height);
  }

  #each(visit: (red: number, green: number, blue: number) => void): void {
    for (let at = 0; at < this.#pixels.length; at += this.#channels)
      visit(this.#pixels[at] ?? 0, this.#pixels[at + 1] ?? 0, this.#pixels[at + 2] ?? 0);
  }
}

/** Decodes a PNG of 8 bits a channel, not interlaced, RGB or RGBA: what browsers write. */
export function readPng(bytes: Uint8Array): Picture {
  const buffer = Buffer.from(bytes);
  if (buffer.toString('latin1', 1, 4) !== 'PNG') throw new Error('no PNG');
  const data: Buffer[] = [];
  let header = Buffer.alloc(13);
  for (let at = 8; at < buffer.length; ) {
    const length = buffer.readUInt32BE(at);
    const type = buffer.toString('latin1', at + 4, at + 8);
    const body = buffer.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') header = Buffer.from(body);
    if (type === 'IDAT') data.push(body);
    at += length + 12;
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = header[9] === 6 ? 4 : 3;
  if (header[8] !== 8 || header[12] !== 0) throw new Error('a PNG of another kind');
  return new Picture(
    width,
    height,
    channels,
    unfilter(inflateSync(Buffer.concat(data)), width, height, channels),
  );
}

/** Undoes the filters of the rows (PNG specification, section 9). */
function unfilter(raw: Uint8Array, width: number, height: number, channels: number): Uint8Array {
  const stride = width * channels;
  const pixels = new Uint8Array(stride * height);
  for (let row = 0; row < height; row++) {
    const filter = raw[row * (stride + 1)] ?? 0;
    for (let at = 0; at < stride; at++) {
      const here = row * stride + at;
      const left = at >= channels ? (pixels[here - channels] ?? 0) : 0;
      const up = row > 0 ? (pixels[here - stride] ?? 0) : 0;
      const corner = row > 0 && at >= channels ? (pixels[here - stride - channels] ?? 0) : 0;
      pixels[here] = (raw[row * (stride + 1) + 1 + at] ?? 0) + predicted(filter, left, up, corner);
    }
  }
  return pixels;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [left, up, corner].map((each) => Math.abs(estimate - each)) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
