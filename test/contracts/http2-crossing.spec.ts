import { acceptsConnections } from '../../libs/lifecycle/src/traffic/wire/listener-handle.js';
import { turns, until } from '../support/event-loop.js';
import { FrameClient } from '../support/http2-frames.js';
import { Http2Client } from '../support/http2-client.js';
import { HTTP2_KINDS, startHttp2World } from '../support/secure-worlds.js';
import { hold } from '../support/traffic-world.js';

/** Requests that the client sent before it could hear that the service is leaving. */
describe.each(HTTP2_KINDS)('HTTP/2 requests on their way in lame duck (%s)', (kind) => {
  it('are answered on a session that was idle at the signal', async () => {
    const world = await startHttp2World(kind);
    const gate = hold(world, 'lame-duck');
    const client = await FrameClient.connect(world.http2Url);
    const first = client.get('/');
    await until('it is answered', () => client.isAnswered(first));
    const closing = world.app.close();
    await gate.reached();
    await turns();
    const second = client.get('/');
    await until('it is answered', () => client.isAnswered(second));
    gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1 } });
  });

  it('are answered on a session with another stream in flight', async () => {
    const world = await startHttp2World(kind);
    const gate = hold(world, 'lame-duck');
    const client = await FrameClient.connect(world.http2Url);
    const slow = client.get('/slow');
    await world.slow.reached();
    const closing = world.app.close();
    await gate.reached();
    await turns();
    const second = client.get('/');
    await until('it is answered', () => client.isAnswered(second));
    world.slow.open();
    await until('the other is answered', () => client.isAnswered(slow));
    gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 2 } });
  });

  it('are answered when they came together with the last one', async () => {
    const world = await startHttp2World(kind);
    const gate = hold(world, 'lame-duck');
    const client = await FrameClient.connect(world.http2Url);
    const closing = world.app.close();
    await gate.reached();
    const slow = client.get('/slow');
    await world.slow.reached();
    await turns();
    const second = client.get('/');
    await until('it is answered', () => client.isAnswered(second));
    world.slow.open();
    await until('the other is answered', () => client.isAnswered(slow));
    gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 0, drained: 2 } });
  });

  it('are refused at once when they cross the GOAWAY, and never left hanging', async () => {
    const world = await startHttp2World(kind);
    const gate = hold(world, 'lame-duck');
    const client = await FrameClient.connect(world.http2Url);
    const closing = world.app.close();
    await gate.reached();
    const first = client.get('/');
    await until('it is answered', () => client.isAnswered(first));
    await until('it is told to go', () => client.goaways.length > 0);
    const crossing = client.get('/');
    await until('it is refused', () => client.isRefused(crossing));
    expect(world.shutdown.phase).toBe('lame-duck');
    gate.open();
    await closing;
  });

  it('are all answered to clients that have many in flight', async () => {
    const world = await startHttp2World(kind);
    const gate = hold(world, 'lame-duck');
    const clients = await Promise.all(Array.from({ length: 10 }, () => Http2Client.connect(world.http2Url)));
    for (const client of clients.slice(5)) await client.ask('/');
    const answers = clients.flatMap((client) => [client.ask('/'), client.ask('/slow'), client.ask('/')]);
    const closing = world.app.close();
    await gate.reached();
    await until('all wait', () => world.slow.arrivals === 10);
    world.slow.open();
    const outcomes = (await Promise.all(answers)).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome !== 'answered')).toEqual([]);
    gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 30, interrupted: [] } });
  });
});

describe.each(HTTP2_KINDS)('HTTP/2 requests that come while draining (%s)', (kind) => {
  it('are answered on a session that has carried nothing yet, as on an idle connection of HTTP/1.1', async () => {
    const world = await startHttp2World(kind, { options: { drainTimeout: '5s' } });
    const unused = await Http2Client.connect(world.http2Url);
    const task = world.shutdown.track('task');
    const closing = world.app.close();
    await until('the listener is closed', () => !acceptsConnections(world.server));
    await turns();
    expect(await unused.ask('/')).toMatchObject({ outcome: 'answered', status: 200 });
    task.done();
    await closing;
  });

  it('are answered on an idle session that has served', async () => {
    const world = await startHttp2World(kind, { options: { drainTimeout: '5s' } });
    const client = await FrameClient.connect(world.http2Url);
    const first = client.get('/');
    await until('it is answered', () => client.isAnswered(first));
    const task = world.shutdown.track('task');
    const closing = world.app.close();
    await until('the listener is closed', () => !acceptsConnections(world.server));
    await turns();
    const second = client.get('/');
    await until('it is answered', () => client.isAnswered(second));
    task.done();
    await closing;
  });
});
