// Tells the grader of every AWS operation that the SDK for JavaScript calls in this process.

import { encode } from "./values.mjs";

const LINGER_MILLISECONDS = 1000; // how long requests that nobody awaits may take after the answer

/** `watch` and `stillPending`. send: to the grader; call: `call.number` says which call is under way. */
export function createRecorder(send, call) {
  const sending = new Set(); // a promise for each that the SDK has given and not settled
  const unanswered = new Set(); // the numbers of requests
  let requests = 0;

  /** Middleware of every client of the SDK: after the parameters are in DynamoDB's types, before any retry. */
  const recorder = (next, context) => async (args) => {
    const about = { call: call.number, number: ++requests };
    const operation = context.commandName.replace(/Command$/, "");
    send({ kind: "sent", ...about, operation, parameters: encode(args.input) });
    unanswered.add(about.number);
    try {
      return await next(args);
    } catch (error) {
      send({ kind: "refused", ...about, code: String(error?.name) });
      throw error;
    } finally {
      unanswered.delete(about.number);
    }
  };

  /** The requests that are under way now, or begin before they are all answered; waits for that, within bounds. */
  async function stillPending() {
    const pending = [...unanswered];
    const before = requests;
    if (sending.size) await Promise.race([Promise.allSettled(sending), later(LINGER_MILLISECONDS)]);
    for (let number = before + 1; number <= requests; number += 1) pending.push(number);
    return pending;
  }

  const later = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds).unref());

  const watched = new WeakSet(); // the SDK's base classes, and the clients' middleware stacks

  /** From now on every client made of a class in this SDK package is recorded. */
  function watch(sdkPackage) {
    for (const one of Object.values(sdkPackage)) {
      let base = typeof one === "function" ? one.prototype : null;
      while (base && !Object.hasOwn(base, "send")) base = Object.getPrototypeOf(base);
      if (!base || watched.has(base)) continue;
      watched.add(base);
      const sendCommand = base.send;
      base.send = function (...args) {
        if (!watched.has(this.middlewareStack)) {
          watched.add(this.middlewareStack);
          this.middlewareStack.add(recorder, { step: "build", priority: "low", name: "workshopRecorder" });
        }
        const answer = sendCommand.apply(this, args);
        if (!(answer instanceof Promise)) return answer; // it was given a callback
        return tracked(answer);
      };
    }
  }

  /** A promise of its own: its rejection is seen if nobody awaits it, and stack traces go through it. */
  async function tracked(answer) {
    const { promise, resolve } = Promise.withResolvers();
    sending.add(promise);
    try {
      return await answer; // the one reaction to it: with a second one, V8 gives up on the stack
    } finally {
      sending.delete(promise);
      resolve();
    }
  }

  return { watch, stillPending };
}
