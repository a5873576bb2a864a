import { type Unseen } from '../../unseen/unseen-work.js';

/** A stream that kept emitting was ended; it is not known whether it would ever have ended by itself. */
export function cutShortStream(handler: string): Unseen {
  return {
    kind: 'streams',
    what: `the ends of streams that ${handler} had begun`,
    remedy: 'Type @LongLived() on the handler if they never end, @LongLived(false) if they end by themselves.',
  };
}

/** A broker still delivered when its server was closed, and does not send again what was not worked on. */
export function messagesOnTheWay(server: string): Unseen {
  return {
    kind: 'messages',
    what: `messages that came to ${server} while it closed`,
    remedy:
      "Unsubscribe in a hook, @OnGracefulShutdown({ phase: 'lame-duck' }), or let the broker wait for acknowledgements.",
  };
}
