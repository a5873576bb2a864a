import { type RequestOptions } from 'node:https';

/** How to reach one cluster, with the credentials of one user. */
export interface Access {
  readonly context: string;
  readonly cluster: string;
  readonly user: string;
  /** Of the context; `default` where it names none, as with kubectl. */
  readonly namespace: string;
  readonly server: URL;
  /** What each request is made with: authorities, certificates, headers of the credentials, a proxy. Asked anew each time, for tokens expire. */
  options(): Promise<RequestOptions>;
}
