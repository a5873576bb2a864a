import { once } from 'node:events';
import { createServer } from 'node:http';
import { putProtection } from './protection-endpoint.js';

/** What asking an agent that answers so comes to. */
async function answerTo(status: number, answer: string): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status).end(answer));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  try {
    const state = { isEnabled: true, expiresInMinutes: 60 };
    await putProtection(`http://127.0.0.1:${port}`, state, new AbortController().signal);
    return 'confirmed';
  } catch (error) {
    return String(error);
  } finally {
    await once(server.close(), 'close');
  }
}

const refusal = JSON.stringify({ failure: { Arn: 'arn', Reason: 'TASK_NOT_VALID', Detail: '' } });
const error = JSON.stringify({ error: { Arn: 'arn', Code: 'ThrottlingException', Message: 'Rate exceeded' } });

it.each([
  ['the state that was asked for', 200, '{"protection":{"ProtectionEnabled":true}}', 'confirmed'],
  ['a failure', 200, refusal, 'Error: the ECS agent answered 200: TASK_NOT_VALID'],
  ['an error', 400, error, 'Error: the ECS agent answered 400: Rate exceeded'],
  ['another state', 200, '{"protection":{"ProtectionEnabled":false}}', 'Error: the ECS agent answered 200: {"pro'],
  ['something else', 502, '<html>', 'Error: the ECS agent answered 502: <html>'],
])('an agent that answers %s', async (_what, status, answer, expected) => {
  expect(await answerTo(status, answer)).toContain(expected);
});
