import type { ServerResponse } from 'node:http';
import { turns, until } from '../support/event-loop.js';
import { type EventStreamWorld, startEventStreams } from '../support/event-stream-world.js';
import { ADAPTERS } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';
import { hold } from '../support/traffic-world.js';

/** The end of an answer in chunks. */
const CLEAN_END = /\r\n0\r\n\r\n$/;

async function openStream(world: EventStreamWorld, method: string, path: string): Promise<[RawClient, ServerResponse]> {
  const client = await RawClient.connect(world.url);
  client.ask(method, path, 'Accept: text/event-stream', 'Content-Length: 0');
  await until('the handler has run', () => world.raw.length === 1);
  const [response] = world.raw;
  if (response === undefined) throw new Error('there is no response');
  return [client, response];
}

/** The body of an answer in chunks. */
function bodyOf(received: string): string {
  let rest = received.slice(received.indexOf('\r\n\r\n') + 4);
  let body = '';
  for (let end = rest.indexOf('\r\n'); end > 0; end = rest.indexOf('\r\n')) {
    const length = Number.parseInt(rest.slice(0, end), 16);
    body += rest.slice(end + 2, end + 2 + length);
    rest = rest.slice(end + 4 + length);
  }
  return body;
}

/** The data of each event, as https://html.spec.whatwg.org/multipage/server-sent-events.html has it. */
function eventsIn(body: string): string[] {
  // What no line end follows is no line.
  const lines = body.split(/\r\n|\n|\r/).slice(0, -1);
  const blocks = lines.reduce<string[][]>(
    (all, line) => {
      if (line === '') all.push([]);
      else all.at(-1)?.push(line);
      return all;
    },
    [[]],
  );
  // What no blank line follows is no event.
  const data = blocks.slice(0, -1).map((block) => block.flatMap((line) => /^data: (.*)$/.exec(line)?.[1] ?? []));
  return data.filter((values) => values.length > 0).map((values) => values.join('|'));
}

const isDraining = ({ shutdown }: EventStreamWorld): Promise<void> =>
  until('it drains', () => shutdown.phase === 'draining');

describe.each(ADAPTERS)('a text/event-stream that answers a POST (%s)', (adapter) => {
  it('is not cut when the drain begins in the middle of it, but comes to its own end', async () => {
    const world = await startEventStreams(adapter);
    const [client, response] = await openStream(world, 'POST', '/raw/completion');
    response.write('data: {"delta":"one"}\n\ndata: {"delta":');
    await client.until(/"delta":\r\n$/);
    const closing = world.app.close();
    await isDraining(world);
    await turns();
    for (const chunk of ['"two"}', '\n\n', 'data: three\n\n']) {
      response.write(chunk);
      await turns();
    }
    expect(client.received).not.toMatch(CLEAN_END);
    response.end('data: [DONE]\n\n');
    await client.until(CLEAN_END);
    await closing;
    expect(bodyOf(client.received)).toBe(
      ': hello\n\ndata: {"delta":"one"}\n\ndata: {"delta":"two"}\n\ndata: three\n\ndata: [DONE]\n\n',
    );
    expect(world.shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 1, drained: 1, interrupted: [] },
    });
  });

  it('nor when it begins while draining', async () => {
    const world = await startEventStreams(adapter);
    const gate = hold(world, 'draining');
    const kept = await RawClient.connect(world.url);
    kept.ask('GET', '/nowhere');
    await kept.until(/^HTTP\/1\.1 404 [^]*}$/);
    kept.received = '';
    const closing = world.app.close();
    await gate.reached();
    kept.ask('POST', '/raw/completion', 'Content-Length: 0');
    await until('the handler has run', () => world.raw.length === 1);
    await turns();
    world.raw[0]?.write('data: one\n\n');
    await turns();
    world.raw[0]?.end('data: [DONE]\n\n');
    await kept.until(CLEAN_END);
    gate.open();
    await closing;
    expect(bodyOf(kept.received)).toBe(': hello\n\ndata: one\n\ndata: [DONE]\n\n');
  });
});

describe.each(ADAPTERS)('a text/event-stream that is written by hand (%s)', (adapter) => {
  it.each([
    ['its text', ['data: {"delta":', '"two"}\n', '\n']],
    ['its last line', ['data: {"delta":"two"}\n', '\n']],
    ['a \\r\\n', ['data: {"delta":"two"}\r', '\n', '\r', '\n']],
    ['a buffer', [Buffer.from('data: {"delta"'), Buffer.from(':"two"}'), Buffer.from('\n\n')]],
  ])('is ended behind the event that is half written, here in %s', async (_where, chunks) => {
    const world = await startEventStreams(adapter);
    const gate = hold(world, 'lame-duck');
    const [client, response] = await openStream(world, 'GET', '/raw/write-head');
    const closing = world.app.close();
    await gate.reached();
    const [first = '', ...others] = chunks;
    response.write('data: one\n\n');
    response.write(first);
    gate.open();
    await isDraining(world);
    await turns();
    expect(client.received).not.toContain('retry');
    for (const [index, chunk] of others.entries()) {
      // A \n behind \r\n\r still belongs to the end.
      if (!/\n\n$|\r\n\r$/.test(chunks.slice(0, index + 1).join(''))) expect(client.isClosed).toBe(false);
      response.write(chunk);
      await turns();
    }
    await client.until(CLEAN_END);
    await closing;
    const body = bodyOf(client.received);
    expect(eventsIn(body)).toEqual(['one', '{"delta":"two"}']);
    expect(body).toMatch(/"two"}(?:\n\n|\r\n\r\n?)retry: \d+\n+$/);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1, interrupted: [] } });
  });

  it('loses an event that was half written at the signal, and nobody takes the half for a whole', async () => {
    const world = await startEventStreams(adapter);
    const [client, response] = await openStream(world, 'GET', '/raw/write-head');
    response.write('data: one\n\ndata: half\n');
    await client.until(/half/);
    await world.app.close();
    await client.until(CLEAN_END);
    expect(eventsIn(bodyOf(client.received))).toEqual(['one']);
    expect(bodyOf(client.received)).toMatch(/\ndata: half\nretry: \d+\n$/);
  });

  it('is ended at once, and says when to come back, where nothing is written any more', async () => {
    const world = await startEventStreams(adapter);
    const [client, response] = await openStream(world, 'GET', '/raw/write-head');
    response.write('data: one\n\n');
    await client.until(/one/);
    await world.app.close();
    await client.until(CLEAN_END);
    expect(bodyOf(client.received)).toMatch(/^: hello\n\ndata: one\n\nretry: \d+\n+$/);
  });
});
