import { type Guard } from '../errors/foreign-call.js';

/** Reads a part of the detailed health page: plain data, known at once, without anything secret. */
export type ReadDetails = () => unknown;

/**
 * The named parts of the detailed health page. A feature adds its own; the page knows none of them. They are read for each answer,
 * in the order in which they were added.
 */
export class DetailSections {
  readonly #sections = new Map<string, ReadDetails>();

  constructor(private readonly guard: Guard) {}

  /** Adds a part under a name, in place of one of the same name. Returns its undo. */
  add(name: string, read: ReadDetails): () => void {
    this.#sections.set(name, read);
    return () => {
      if (this.#sections.get(name) === read) this.#sections.delete(name);
    };
  }

  /** Every part by its name. One that throws is `null`, and one that has nothing to say (`undefined`) is left out. */
  read(): Readonly<Record<string, unknown>> {
    const entries = [...this.#sections].map(([name, read]): [string, unknown] => [
      name,
      this.guard<unknown>(`the details of ${name}`, null, read),
    ]);
    return Object.fromEntries(entries.filter(([, details]) => details !== undefined));
  }
}
