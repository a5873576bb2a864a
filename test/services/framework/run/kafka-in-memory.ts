interface Message {
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, Buffer>>;
}
type Handler = (payload: object) => Promise<void>;

/** As much of the client `kafkajs` as Nest's server uses. Messages are handed over by the test; what is sent is kept. */
export class KafkaInMemory {
  readonly #sent: { topic: string; messages: object[] }[] = [];
  readonly #waiting: (() => void)[] = [];
  #handle: Handler = () => Promise.reject(new Error('the consumer does not run'));
  #topics: readonly string[] = [];

  consumer(): object {
    return {
      events: new Proxy({}, { get: (_, name) => name }),
      on: () => () => undefined,
      connect: async () => undefined,
      disconnect: async () => undefined,
      subscribe: async ({ topics }: { topics: string[] }) => {
        this.#topics = topics;
      },
      run: async ({ eachMessage }: { eachMessage: Handler }) => {
        this.#handle = eachMessage;
      },
    };
  }

  producer(): object {
    return {
      events: new Proxy({}, { get: (_, name) => name }),
      on: () => () => undefined,
      connect: async () => undefined,
      disconnect: async () => undefined,
      send: async (record: { topic: string; messages: object[] }) => {
        this.#sent.push(record);
        for (const look of this.#waiting) look();
      },
    };
  }

  /** What a broker does with a message of a subscribed topic. */
  async deliver(topic: string, message: Message): Promise<void> {
    if (!this.#topics.includes(topic)) throw new Error(`nobody has subscribed to ${topic}`);
    const heartbeat = async (): Promise<void> => undefined;
    await this.#handle({
      topic,
      partition: 0,
      message: { key: null, offset: '0', ...message },
      heartbeat,
      pause: heartbeat,
    });
  }

  /** The messages sent to a topic, once there is one. */
  sentTo(topic: string): Promise<object[]> {
    return new Promise((resolve) => {
      const look = (): void => {
        const records = this.#sent.filter((record) => record.topic === topic);
        if (records.length > 0)
          resolve(
            records.flatMap(({ messages }) => messages.map((message) => JSON.parse(JSON.stringify(message)) as object)),
          );
      };
      this.#waiting.push(look);
      look();
    });
  }
}
