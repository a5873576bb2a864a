import { request } from 'node:http';
import { text } from 'node:stream/consumers';

/** What the agent is asked for. */
export interface ProtectionState {
  readonly isEnabled: boolean;
  readonly expiresInMinutes: number;
}

/**
 * Sets the scale-in protection of the ECS task that this process runs in. Resolves when the agent has confirmed it.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html
 *
 * @param agentUri what ECS sets as `ECS_AGENT_URI`
 * @throws Error that says what the agent answered, or that it did not
 */
export async function putProtection(agentUri: string, state: ProtectionState, signal: AbortSignal): Promise<void> {
  const { isEnabled, expiresInMinutes } = state;
  const wanted = isEnabled
    ? { ProtectionEnabled: true, ExpiresInMinutes: expiresInMinutes }
    : { ProtectionEnabled: false };
  const { status, body } = await put(`${agentUri}/task-protection/v1/state`, JSON.stringify(wanted), signal);
  const answer = parsed(body);
  if (status === 200 && partOf(answer, 'protection')?.['ProtectionEnabled'] === isEnabled) return;
  const failure = partOf(answer, 'failure') ?? partOf(answer, 'error') ?? {};
  const why = ['Reason', 'Message', 'Code'].map((name) => failure[name]).find((text) => typeof text === 'string');
  throw new Error(`the ECS agent answered ${status}: ${why ?? body.slice(0, MOST_CHARACTERS)}`);
}

/** What is shown of an answer that is none of the agent's. */
const MOST_CHARACTERS = 200;

function put(url: string, body: string, signal: AbortSignal): Promise<{ status: number; body: string }> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    // No connection is kept: it would keep the process alive.
    const sent = request(url, { method: 'PUT', headers, signal, agent: false }, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject);
    });
    sent.once('error', reject).end(body);
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function partOf(answer: unknown, name: string): Record<string, unknown> | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const part: unknown = Reflect.get(answer, name);
  // Its fields are looked at one by one.
  return typeof part === 'object' && part !== null ? (part as Record<string, unknown>) : undefined;
}
