/** By these an `AmqpConnection` is known. */
export const CONNECTION = ['createSubscriber', 'createRpc', 'cancelConsumer', 'selectManagedChannel', 'publish'];

/** By these the `AmqpConnectionManager` is known, which has the connections of every module. */
export const MANAGER = ['addConnection', 'getConnections', 'clearConnections'];

/** What begins a consumer on a channel: for the first connection, and again after a lost one. Private; (handler, options, channel). */
export const SET_UPS = ['setupSubscriberChannel', 'setupBatchSubscriberChannel', 'setupRpcChannel'];

/** What every consumer is called through, from the message to its acknowledgement. Private. */
export const WRAP_CONSUMER = 'wrapConsumer';

/** What is called with the messages of a batch, until they are acknowledged. Private; (handler, options, channel, messages). */
export const HANDLE_BATCH = 'handleBatchedMessages';
