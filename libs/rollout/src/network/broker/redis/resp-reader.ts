import { GatheredBytes } from '../gathered-bytes.js';

/** A value of RESP, as far as it is looked at: texts, and lists of values. Numbers are texts. */
export type RespValue = string | null | readonly RespValue[];

/** A value that is not there to its end: nothing can be said of it before there are so many bytes. */
interface Incomplete {
  readonly needed: number;
}

/** More than this is not gathered for one value: it is none that is of interest. */
const LONGEST = 32 * 1024 * 1024;

/** Answers of Redis have a handful of lists within lists. What is deeper is none, and must not fill the stack. */
const DEEPEST = 100;

interface Read {
  readonly value: RespValue;
  readonly end: number;
}

/** Cuts what Redis answers into values (RESP 2 and 3). What is no RESP ends the reading, quietly: the bytes go on as they are. */
export class RespReader {
  readonly #gathered = new GatheredBytes();
  #isOver = false;

  constructor(private readonly onValue: (value: RespValue) => void) {}

  read(chunk: Buffer): void {
    if (this.#isOver) return;
    let bytes = this.#gathered.add(chunk);
    if (bytes === undefined) return;
    try {
      for (;;) {
        const read = readValue(bytes, 0, 0);
        if ('needed' in read) return this.#keep(bytes, read.needed);
        this.onValue(read.value);
        bytes = bytes.subarray(read.end);
      }
    } catch (error) {
      if (!(error instanceof NoResp)) throw error;
      this.#end();
    }
  }

  #keep(bytes: Buffer, needed: number): void {
    if (bytes.length > LONGEST) this.#end();
    else this.#gathered.keep(bytes, needed);
  }

  #end(): void {
    this.#isOver = true;
    this.#gathered.clear();
  }
}

class NoResp extends Error {}

function readValue(bytes: Buffer, at: number, depth: number): Read | Incomplete {
  const lineEnd = bytes.indexOf('\r\n', at);
  if (lineEnd === -1) return { needed: bytes.length + 1 };
  const kind = bytes.toString('latin1', at, at + 1);
  const head = bytes.toString('utf8', at + 1, lineEnd);
  const next = lineEnd + 2;
  if ('+-:#,('.includes(kind)) return { value: head, end: next };
  if (kind === '_') return { value: null, end: next };
  const length = Number(head);
  if (!Number.isInteger(length) || head === '') throw new NoResp();
  if (length < 0) return { value: null, end: next };
  if ('$!='.includes(kind)) return readText(bytes, next, length);
  if (depth >= DEEPEST) throw new NoResp();
  return readList(bytes, { begin: next, length: length * valuesOfEach(kind), depth: depth + 1 });
}

/** How many values there are for each that a list counts. */
function valuesOfEach(kind: string): number {
  if ('*~>'.includes(kind)) return 1;
  // Keys and values of a map, or what stands before a value, in turn.
  if ('%|'.includes(kind)) return 2;
  throw new NoResp();
}

function readText(bytes: Buffer, at: number, length: number): Read | Incomplete {
  const end = at + length + 2;
  return end > bytes.length ? { needed: end } : { value: bytes.toString('utf8', at, at + length), end };
}

interface List {
  readonly begin: number;
  readonly length: number;
  readonly depth: number;
}

function readList(bytes: Buffer, { begin, length, depth }: List): Read | Incomplete {
  const values: RespValue[] = [];
  let at = begin;
  for (let index = 0; index < length; index += 1) {
    const read = readValue(bytes, at, depth);
    if ('needed' in read) return read;
    values.push(read.value);
    at = read.end;
  }
  return { value: values, end: at };
}
