import { once } from 'node:events';
import { type Address, openSocket, originOf } from '../../load/address.js';
import { type Clock } from '../../clock/clock.js';
import { ClusterError } from '../api/cluster-error.js';
import { toError } from '../api/refusal.js';

const PATIENCE_MS = 5000;

/**
 * Opens one connection to where the load will go, and closes it: a wrong address is found before anything is touched.
 *
 * @throws ClusterError when it cannot be opened
 */
export async function reachAddress(address: Address, clock: Clock): Promise<void> {
  const socket = openSocket(address);
  const cancel = clock.after(PATIENCE_MS, () =>
    socket.destroy(new Error(`nothing accepts within ${PATIENCE_MS / 1000} s`)),
  );
  try {
    await once(socket, address.isTls ? 'secureConnect' : 'connect');
  } catch (error) {
    throw new ClusterError(
      'unreachable',
      `the address ${originOf(address)} cannot be reached: ${toError(error).message}. Nothing was touched. ` +
        'Name an Ingress, or a Service of type LoadBalancer or NodePort; a port-forward goes to one pod alone, and ends with it.',
    );
  } finally {
    cancel();
    socket.on('error', () => undefined);
    socket.destroy();
  }
}
