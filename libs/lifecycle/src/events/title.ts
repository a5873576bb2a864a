/** The names of a piece of work. */
interface Titled {
  readonly name: string;
  readonly correlationId?: string;
}

/** A piece of work in a line of text: its name and its correlation id. */
export function titleOf({ name, correlationId }: Titled): string {
  return correlationId === undefined ? name : `${name} (${correlationId})`;
}
