/** Who is signed in. A token is good for nothing once its session is closed. */
export abstract class Sessions {
  /** @returns the id of the new session */
  abstract open(userId: string): Promise<string>;
  abstract isOpen(id: string): Promise<boolean>;
  abstract close(id: string): Promise<void>;
}
