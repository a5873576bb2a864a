/** What is compared, in one process. */
export const CONTENDERS = ['plain', 'plain, again', 'module', 'module, health: true'] as const;

/** One of {@link CONTENDERS}. */
export type Contender = (typeof CONTENDERS)[number];

/** Where those of one process listen. */
export type Ports = Readonly<Partial<Record<Contender, number>>>;

/** What is compared with plain Nest. The first is plain Nest too, and shows what cannot be told apart. */
export const COMPARED = CONTENDERS.filter((contender) => contender !== 'plain');

/** What the process of the contenders can be asked. */
export interface Question {
  readonly ask: 'ports' | 'usage';
}
