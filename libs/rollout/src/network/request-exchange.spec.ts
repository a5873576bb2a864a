import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import { WebSocketServer } from 'ws';
import { turns, until, watch } from '../../../../test/support/event-loop.js';
import { Http2Client } from '../../../../test/support/http2-client.js';
import { askRaw, rawAnswer, startHttpPod, startRequestBalancer } from '../../../../test/support/request-balancing.js';
import { TcpPeer, TcpPod } from '../../../../test/support/tcp-peer.js';
import { WsClient } from '../../../../test/support/ws-client.js';

const LARGE = 64 * 1024 * 1024;

async function behindBalancer(listener: RequestListener) {
  const world = await startRequestBalancer();
  const pod = await startHttpPod('a', listener);
  world.balancer.update(0, [pod]);
  return { ...world, pod };
}

/** A raw client, and the pod's side of its request. */
async function exchanged(line: string, ...headers: string[]) {
  const world = await startRequestBalancer();
  const pod = await TcpPod.start('a');
  world.balancer.update(0, [pod]);
  const client = await askRaw(world.balancer.port, 1, line, ...headers);
  const server = await pod.connection();
  await server.untilReceived('\r\n\r\n');
  return { ...world, pod, client, server };
}

async function bytesOf(message: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) bytes += chunk.length;
  return bytes;
}

describe('RequestExchange', () => {
  it('hands the request over as it is, but for what speaks of the connection', async () => {
    const { server } = await exchanged(
      'GET /path?a=%20b HTTP/1.1',
      'Connection: keep-alive, X-Mine',
      'X-Mine: secret',
      'Cookie: a=1',
      'X-Twice: 1',
      'X-Twice: 2',
      'TE: trailers',
    );
    expect(server.received.split('\r\n').filter((line) => line !== '')).toEqual([
      'GET /path?a=%20b HTTP/1.1',
      'Host: test',
      'X-Request-Id: rehearsal-1',
      'Cookie: a=1',
      'X-Twice: 1',
      'X-Twice: 2',
      'TE: trailers',
      'Connection: keep-alive',
    ]);
  });

  it('hands the answer back as it is, with its reason and repeated headers', async () => {
    const { client, server } = await exchanged('GET / HTTP/1.1');
    server.send(
      'HTTP/1.1 418 Short and stout\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nDate: then\r\nContent-Length: 2\r\n\r\nno',
    );
    await client.untilReceived('\r\n\r\nno');
    expect(client.received).toMatch(
      /^HTTP\/1\.1 418 Short and stout\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nDate: then\r\n/,
    );
  });

  it('takes uploads no faster than the pod reads, and brings every byte', async () => {
    let incoming: IncomingMessage | undefined;
    const { balancer } = await behindBalancer((request, response) => {
      incoming = request;
      request.pause();
      response.flushHeaders();
      request.once('end', () => response.end());
    });
    const upload = httpRequest({ port: balancer.port, host: '127.0.0.1', method: 'POST' });
    upload.end(Buffer.alloc(LARGE, 'x'));
    const [answer] = (await once(upload, 'response')) as [IncomingMessage];
    await turns(500);
    expect(upload.socket?.writableLength).toBeGreaterThan(LARGE / 2);
    if (incoming === undefined) throw new Error('nothing came');
    const bytes = await bytesOf(incoming);
    expect(bytes).toBe(LARGE);
    expect(await bytesOf(answer)).toBe(0);
  });

  it('takes downloads no faster than the client reads, and brings every byte', async () => {
    let held: () => number = () => 0;
    const { balancer } = await behindBalancer((_request, response) => {
      held = () => response.writableLength;
      response.end(Buffer.alloc(LARGE, 'x'));
    });
    const download = httpRequest({ port: balancer.port, host: '127.0.0.1' }).end();
    const [answer] = (await once(download, 'response')) as [IncomingMessage];
    answer.pause();
    await turns(500);
    expect(held()).toBeGreaterThan(LARGE / 2);
    expect(await bytesOf(answer)).toBe(LARGE);
  });

  it('passes the pieces of an event stream on as they come, its headers first', async () => {
    const { client, server } = await exchanged('GET /events HTTP/1.1');
    server.send('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n');
    await client.untilReceived('text/event-stream');
    server.send('9\r\ndata: 1\n\n\r\n');
    await client.untilReceived('data: 1\n\n');
    server.send('9\r\ndata: 2\n\n\r\n0\r\n\r\n');
    await client.untilReceived('data: 2\n\n\r\n0\r\n\r\n');
  });

  it('brings trailers in both directions', async () => {
    const { client, server } = await exchanged('POST / HTTP/1.1', 'Transfer-Encoding: chunked', 'Trailer: X-Sum');
    client.send('4\r\nbody\r\n0\r\nX-Sum: 1\r\n\r\n');
    await server.untilReceived('4\r\nbody\r\n0\r\nX-Sum: 1\r\n\r\n');
    server.send(
      'HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 2\r\n\r\n',
    );
    await client.untilReceived('2\r\nok\r\n0\r\nX-Sum: 2\r\n\r\n');
  });

  it('brings the headers of an answer to HEAD, and waits for no body', async () => {
    const { client, server } = await exchanged('HEAD / HTTP/1.1');
    server.send('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nTrailer: X-Sum\r\n\r\n');
    await client.untilReceived('Content-Length: 1000\r\n');
    client.send('GET /next HTTP/1.1\r\nHost: test\r\n\r\n');
    await server.untilReceived('GET /next');
  });

  it('sends the body of a DELETE and of a GET, with the length it had or in chunks', async () => {
    const first = await exchanged('DELETE / HTTP/1.1', 'Content-Length: 4');
    first.client.send('body');
    await first.server.untilReceived('\r\n\r\nbody');
    const second = await exchanged('GET / HTTP/1.1', 'Transfer-Encoding: chunked');
    second.client.send('4\r\nbody\r\n0\r\n\r\n');
    await second.server.untilReceived('\r\n\r\n4\r\nbody\r\n0\r\n\r\n');
  });

  it('asks for the body only when the pod does, where the client waits for that', async () => {
    const { client, server } = await exchanged('POST / HTTP/1.1', 'Expect: 100-continue', 'Content-Length: 4');
    await turns();
    expect(client.received).toBe('');
    server.send('HTTP/1.1 100 Continue\r\n\r\n');
    await client.untilReceived('HTTP/1.1 100 Continue\r\n\r\n');
    client.send('body');
    await server.untilReceived('\r\n\r\nbody');
    server.send(rawAnswer('thanks'));
    await client.untilReceived('thanks');
    expect(client.received).not.toContain('Connection: close');
  });

  it('brings an answer that makes the body needless, and ends both connections', async () => {
    const { client, server } = await exchanged('POST / HTTP/1.1', 'Expect: 100-continue', 'Content-Length: 4');
    server.send('HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\n\r\n');
    await Promise.all([client.untilEnd(), server.untilEnd()]);
    expect(client.received).toMatch(/^HTTP\/1\.1 413 .*connection: close/is);
  });

  it('brings an answer that comes before the end of an upload, and takes the rest of that to nowhere', async () => {
    const { client, server, pod } = await exchanged('POST / HTTP/1.1', 'Content-Length: 1000005');
    client.send('12345');
    await server.untilReceived('12345');
    server.send(rawAnswer('enough'));
    await client.untilReceived('enough');
    await server.untilEnd();
    client.send(`${'x'.repeat(1_000_000)}GET /next HTTP/1.1\r\nHost: test\r\n\r\n`);
    await (await pod.connection(1)).untilReceived('GET /next');
  });

  it.each(['before', 'within'])('ends the request at the pod when the client goes away %s the answer', async (when) => {
    const { client, server } = await exchanged('GET / HTTP/1.1');
    if (when === 'within') {
      server.send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthe beginning');
      await client.untilReceived('the beginning');
    }
    client.socket.destroy();
    await server.untilEnd();
  });

  it('reads HTTP/2 without TLS from clients, and speaks HTTP/1.1 to the pod', async () => {
    const { url, balancer, attemptsOf } = await behindBalancer((request, response) => {
      response.setHeader('Set-Cookie', ['a', 'b']);
      response.setHeader('Connection', 'close');
      const { host } = request.headers;
      void request.toArray().then((chunks) => {
        response.end(`${request.method} ${request.url} ${host} ${Buffer.concat(chunks as Buffer[]).toString()}`);
      });
    });
    const client = await Http2Client.connect(url);
    const answer = await client.ask('/some?path', { 'x-request-id': 'rehearsal-1' });
    expect(answer).toMatchObject({
      outcome: 'answered',
      status: 200,
      body: `GET /some?path 127.0.0.1:${balancer.port} `,
    });
    expect(answer.headers['set-cookie']).toEqual(['a', 'b']);
    expect(await client.send('/', 'a body', {})).toMatchObject({ body: `POST / 127.0.0.1:${balancer.port} a body` });
    expect(attemptsOf(1)).toMatchObject([{ pod: 'a', connect: 'open' }]);
    const many = await Promise.all(Array.from({ length: 20 }, () => client.ask('/')));
    expect(new Set(many.map(({ outcome }) => outcome))).toEqual(new Set(['answered']));
  });

  it('cuts a stream of HTTP/2 when the pod ends within its answer, and answers 502 when it ends before', async () => {
    const { url } = await behindBalancer((request, response) => {
      if (request.url === '/within') response.write('the beginning', () => request.socket.destroy());
      else request.socket.destroy();
    });
    const client = await Http2Client.connect(url);
    expect(await client.ask('/within')).toMatchObject({ outcome: 'cut' });
    const answer = await client.ask('/before');
    expect([answer.status, answer.headers['x-rehearsal-balancer']]).toEqual([502, 'reset']);
  });

  it('ends the request at the pod when the client resets its stream', async () => {
    const { url, balancer } = await startRequestBalancer();
    const pod = await TcpPod.start('a');
    balancer.update(0, [pod]);
    const stream = (await Http2Client.connect(url)).open('/');
    const server = await pod.connection();
    await server.untilReceived('GET /');
    stream.close();
    await server.untilEnd();
  });

  it('knows HTTP/2 by first bytes that come one by one', async () => {
    const { balancer } = await startRequestBalancer();
    const client = await TcpPeer.connect(balancer.port);
    for (const bytes of ['P', 'R', 'I', ' * HTTP/2.0\r\n\r\nSM\r\n\r\n', '\0\0\0\x04\0\0\0\0\0']) {
      client.send(bytes);
      await turns(2);
    }
    // The fourth byte of a frame is its type: these are the server's settings.
    await until('an answer came', () => client.receivedBytes > 8);
    expect(client.received.charCodeAt(3)).toBe(4);
  });

  it('survives clients of either protocol whose connection breaks at any point', async () => {
    const { url, balancer } = await behindBalancer((request, response) => void request.pipe(response));
    for (let bytes = 1; bytes < 60; bytes += 7) {
      const client = await TcpPeer.connect(balancer.port);
      client.send('POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\n12345'.slice(0, bytes));
      await turns(2);
      client.socket.resetAndDestroy();
    }
    for (let turn = 0; turn < 10; turn += 1) {
      const client = await Http2Client.connect(url);
      client.open('/', { ':method': 'POST' }).write('12345');
      await turns(turn);
      client.session.destroy();
    }
    const client = await Http2Client.connect(url);
    expect(await client.ask('/with a space')).not.toMatchObject({ status: 200 });
    expect(await client.ask('/')).toMatchObject({ outcome: 'answered', status: 200 });
  });

  it('knows the protocol from first bytes that come one by one', async () => {
    const { balancer } = await behindBalancer((_request, response) => response.end('hello'));
    const client = await TcpPeer.connect(balancer.port);
    for (const character of 'PUT / HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n') {
      client.send(character);
      await turns(2);
    }
    await client.untilReceived('hello');
  });
});

describe('UpgradeExchange', () => {
  it('makes one of a WebSocket and the pod, messages and close in both directions', async () => {
    const { url, pod, attemptsOf } = await behindBalancer((_request, response) => response.end());
    const gateway = new WebSocketServer({ server: pod.server });
    gateway.on('connection', (socket) => {
      socket.on('message', (text: Buffer) => socket.send(text));
      socket.on('message', (text: Buffer) => {
        if (text.includes('bye')) socket.close(1012, 'restart');
      });
    });
    const client = await WsClient.connect(url);
    client.send('hello', 'x'.repeat(100_000));
    await until('the echo is there', () => client.received.length === 1);
    client.send('bye');
    expect(await client.closed).toEqual({ code: 1012, reason: 'restart' });
    expect(attemptsOf(1)).toEqual([]);
  });

  it('stays with its pod when the view changes, and carries a reset', async () => {
    const { client, server, balancer, attemptsOf } = await exchanged(
      'GET / HTTP/1.1',
      'Connection: Upgrade',
      'Upgrade: any',
    );
    expect(server.received).toContain('Connection: Upgrade\r\nUpgrade: any\r\n');
    server.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: any\r\n\r\n');
    await client.untilReceived('101 Switching');
    balancer.update(0, []);
    client.send('ping');
    await server.untilReceived('ping');
    expect(attemptsOf(1)).toEqual([{ pod: 'a', at: 0, connect: 'open', connectedAt: 0, wasDelivered: true }]);
    server.socket.resetAndDestroy();
    await client.untilClosed();
    expect(client.error).toBe('ECONNRESET');
  });

  it("passes the pod's refusal on", async () => {
    const { client, server } = await exchanged('GET / HTTP/1.1', 'Connection: Upgrade', 'Upgrade: any');
    server.socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
    await client.untilEnd();
    expect(client.received).toBe('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
  });

  it('answers by itself where no pod does: no endpoint, a refusal, an end without an answer', async () => {
    const { client, server, balancer, pod } = await exchanged('GET / HTTP/1.1', 'Connection: Upgrade', 'Upgrade: any');
    const ask = async (id: number): Promise<string> => {
      const other = await askRaw(balancer.port, id, 'GET / HTTP/1.1', 'Connection: Upgrade', 'Upgrade: any');
      await other.untilEnd();
      return other.received;
    };
    server.socket.end();
    await client.untilEnd();
    expect(client.received).toMatch(/^HTTP\/1\.1 502 .*x-rehearsal-balancer: reset\r\n/s);
    balancer.gone(pod);
    expect(await ask(2)).toMatch(/^HTTP\/1\.1 502 .*x-rehearsal-balancer: refused\r\n/s);
    balancer.update(0, []);
    expect(await ask(3)).toMatch(/^HTTP\/1\.1 503 .*x-rehearsal-balancer: no-endpoints\r\n/s);
    const hasty = await askRaw(balancer.port, 4, 'GET / HTTP/1.1', 'Connection: Upgrade', 'Upgrade: any');
    hasty.socket.resetAndDestroy();
    await hasty.untilClosed();
    expect(await ask(5)).toContain('no-endpoints');
  });

  it('tries another endpoint when one refuses and retries are on', async () => {
    const { balancer, attemptsOf } = await startRequestBalancer({ retries: 1 });
    const [away, pod] = [await TcpPod.start('a'), await TcpPod.start('b')];
    await away.stopListening();
    balancer.update(0, [away, pod]);
    const client = await askRaw(balancer.port, 1, 'GET / HTTP/1.1', 'Connection: Upgrade', 'Upgrade: any');
    await (await pod.connection()).untilReceived('Upgrade: any');
    expect(attemptsOf(1).map(({ connect }) => connect)).toEqual(['refused', 'open']);
    client.socket.destroy();
  });

  it('waits for ever at a black hole, until the client gives up', async () => {
    const { balancer, attemptsOf, clock } = await startRequestBalancer();
    const pod = await TcpPod.start('a');
    balancer.update(0, [pod]);
    balancer.gone(pod);
    await clock.advance(1000);
    const client = await askRaw(balancer.port, 1, 'GET / HTTP/1.1', 'Connection: Upgrade', 'Upgrade: any');
    await until('it is handed over', () => attemptsOf(1).length === 1);
    const end = watch(client.untilEnd());
    await turns();
    expect(end.isSettled).toBe(false);
    client.socket.end();
    await client.untilClosed();
  });
});
