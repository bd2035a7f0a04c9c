import fs from 'node:fs';
import { isatty } from 'node:tty';

/** How long a terminal may take to go after its reader was told, in milliseconds. */
const patience = 100;

/**
 * Lets standard streams that were a terminal lead nowhere once it is gone. Node gives terminals back as they were when a
 * process ends, and aborts with a stack trace where the system refuses that; streams that are another file by then are
 * left alone. Waits a moment: what is read from a terminal ends a little before the terminal does, or with Ctrl-D.
 */
export function leaveClosedTerminal(): void {
  if (process.platform === 'win32') return;
  const devices = [0, 1, 2].filter(isTerminal);
  for (let waited = 0; devices.some((one) => isatty(one)) && waited < patience; waited += 5) pause(5);
  for (const descriptor of devices) {
    if (isatty(descriptor)) continue;
    fs.closeSync(descriptor);
    fs.openSync('/dev/null', 'r+'); // takes the lowest number that is free, which is this one
  }
}

/** A terminal that is gone is still a device, and no terminal any more. */
function isTerminal(descriptor: number): boolean {
  try {
    return fs.fstatSync(descriptor).isCharacterDevice();
  } catch {
    return false; // closed already
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
