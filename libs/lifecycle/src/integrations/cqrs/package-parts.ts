/** By these the `EventBus` is known. */
export const EVENT_BUS = ['publish', 'publishAll', 'bind', 'registerSagas'];

/** By these the `CommandBus` and the `QueryBus` are known. */
export const EXECUTING_BUS = ['execute', 'bind', 'register', 'registerHandler'];

/** Names of the metadata by which a handler says what it handles. */
export const HANDLED = ['__commandHandler__', '__queryHandler__'];
