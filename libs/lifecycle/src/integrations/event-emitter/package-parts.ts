/**
 * By these the `EventSubscribersLoader` is known. It subscribes each decorated method with what
 * `getRegisterListenerMethodBasedOn()` returns, called from `subscribeToEventIfListener(instance, method, …)`.
 */
export const LOADER = ['loadEventListeners', 'subscribeToEventIfListener', 'getRegisterListenerMethodBasedOn'];
