import { shellWord } from 'nestjs-lifecycle-shared';
import { type MessagePlan } from '../load/messages/message-plan.js';
import { type MessageMarks } from '../load/messages/message-text.js';
import { shownUrl } from './within.js';

const open = new Set<() => string | undefined>();

/** What rehearsals of this process would leave at their brokers if it ended now, and how to take that away: a text for each. */
export function messagesLeftBehind(): string[] {
  return [...open].flatMap((tell) => tell() ?? []);
}

/** Has what `tell` says among them until the returned function is called. */
export function leavesBehind(tell: () => string | undefined): () => void {
  open.add(tell);
  return () => void open.delete(tell);
}

/** What of a rehearsal may be in its queue; `undefined` where its broker keeps nothing. */
export function tellLeftBehind(plan: MessagePlan, marks: MessageMarks, sent: number): string | undefined {
  const remove = removalOf(plan);
  if (sent === 0 || remove === undefined) return undefined;
  const [what, id] = plan.broker === 'bullmq' ? ['jobs', 'id'] : ['messages', 'messageId'];
  return `The queue ${plan.queue} at ${shownUrl(plan.url)} may hold ${what} of this rehearsal, with ${id} from ${marks.markOf(1)} to ${marks.markOf(sent)}. It was empty before. To empty it: ${remove}`;
}

function removalOf({ broker, queue, url, prefix }: MessagePlan): string | undefined {
  switch (broker) {
    case 'rabbitmq': {
      const host = decodeURIComponent(new URL(url).pathname.slice(1));
      const of = host === '' ? [] : ['-p', host];
      return ['rabbitmqctl', 'purge_queue', ...of, queue].map(shellWord).join(' ');
    }
    case 'bullmq': {
      const { hostname, port } = new URL(url);
      const options = `{ connection: { host: '${hostname}', port: ${port || 6379} }, prefix: ${JSON.stringify(prefix)} }`;
      return `await new Queue(${JSON.stringify(queue)}, ${options}).obliterate({ force: true })`;
    }
    case 'nats':
    case 'kafka':
      return undefined;
  }
}
