import { answerLaterCloses } from './later-closes.js';

/** A client that can be opened again, and that fails at a second close. */
class Once {
  calls: string[] = [];
  isOpen = true;
  /** Ends the close that runs. */
  finish: (error?: Error) => void = () => undefined;

  async close(): Promise<string> {
    if (!this.isOpen) throw new Error('it is closed');
    this.calls.push('close');
    await new Promise<void>((resolve, reject) => {
      this.finish = (error): void => (error === undefined ? resolve() : reject(error));
    });
    this.isOpen = false;
    return 'closed';
  }

  end(done: (error?: Error) => void): void {
    if (!this.isOpen) throw new Error('it is closed');
    this.calls.push('end');
    this.finish = (error): void => {
      this.isOpen = false;
      done(error);
    };
  }
}

function answered(): Once {
  const client = new Once();
  answerLaterCloses(client, ['close', 'end'], () => !client.isOpen);
  return client;
}

const ended = (client: Once): Promise<unknown> =>
  new Promise((resolve) => {
    client.end((error) => resolve(error ?? 'ended'));
  });

describe('later closes of a client', () => {
  it('end with the first, whatever method they call', async () => {
    const client = answered();
    const [first, second, third] = [client.close(), client.close(), ended(client)];
    client.finish();
    expect(await Promise.all([first, second, third])).toEqual(['closed', 'closed', 'ended']);
    expect(client.calls).toEqual(['close']);
  });

  it('end at once when it is closed', async () => {
    const client = answered();
    const first = ended(client);
    client.finish();
    expect([await first, await client.close(), await ended(client)]).toEqual(['ended', undefined, 'ended']);
    expect(client.calls).toEqual(['end']);
  });

  it('hear of a failure of the first', async () => {
    const client = answered();
    const calls = [client.close(), client.close(), ended(client)];
    const error = new Error('the server is away');
    client.finish(error);
    expect(await Promise.allSettled(calls)).toEqual([
      { status: 'rejected', reason: error },
      { status: 'rejected', reason: error },
      { status: 'fulfilled', value: error },
    ]);
  });

  it('close it again where it was opened since', async () => {
    const client = answered();
    const first = client.close();
    client.finish();
    await first;
    client.isOpen = true;
    const second = client.close();
    client.finish();
    expect({ second: await second, calls: client.calls }).toEqual({ second: 'closed', calls: ['close', 'close'] });
  });
});
