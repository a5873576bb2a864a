/** What services tell each other. */
export const TOPICS = ['order.placed', 'image.uploaded'] as const;

/** One of {@link TOPICS}. */
export type Topic = (typeof TOPICS)[number];

/** Something that has happened, and the id of what it happened to. It may come more than once, and is never lost. */
export interface Message {
  readonly topic: Topic;
  readonly subject: string;
}
