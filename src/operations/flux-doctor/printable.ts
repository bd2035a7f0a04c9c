/** A text of the cluster on one line, fit for a terminal: nobody who names an object may steer it. */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g,
    ' ',
  );
}
