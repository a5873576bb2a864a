/** A piece of work by its names. */
interface Titled {
  readonly name: string;
  readonly correlationId?: string;
}

/** What a piece of work is called in a line of text: its name, and the id it is known by elsewhere. */
export function titleOf({ name, correlationId }: Titled): string {
  return correlationId === undefined ? name : `${name} (${correlationId})`;
}
