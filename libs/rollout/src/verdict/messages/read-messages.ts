import { type RolloutEvent } from '../../events/rollout-event.js';
import { type MessageFacts } from '../../ledger/message-record.js';
import { type RequestRecord } from '../../ledger/request-record.js';
import { type Scenario } from '../../scenario/scenario.js';
import { ofType, type PodFacts } from '../pod-facts.js';
import { type MessageStory } from './message-story.js';
import { messageWork } from './message-work.js';
import { endOfPod, tellStories } from './tell-stories.js';
import { gatherTroubles, type MessageTrouble } from './trouble.js';

/** What a rehearsal left behind, as far as it is about messages. */
interface Sources {
  readonly messages?: MessageFacts | undefined;
  readonly scenario: Scenario;
  readonly events: readonly RolloutEvent[];
}

/** What the facts say of messages. */
export interface ReadMessages {
  readonly stories: readonly MessageStory[];
  readonly troubles: readonly MessageTrouble[];
  readonly work: readonly RequestRecord[];
}

/** Reads what became of each message; nothing where there were none. */
export function readMessages(
  { messages, scenario, events }: Sources,
  { pods, end }: { readonly pods: ReadonlyMap<string, PodFacts>; readonly end: number },
): ReadMessages {
  const plan = scenario.messages;
  if (messages === undefined || plan === undefined) return { stories: [], troubles: [], work: [] };
  const isCut = ofType(events, 'rehearsal-cut').length > 0;
  const stories = tellStories(messages, plan, { pods, isCut });
  const endOf = (pod: string): number | undefined => endOfPod(pods.get(pod));
  return { stories, troubles: gatherTroubles(stories, pods, end), work: messageWork(stories, plan, { endOf, end }) };
}
