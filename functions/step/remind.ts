/** Lambda `step-remind`: the alarm clock's target. */
import { runTimer, type TimerInput } from "./run-timer.ts";

export const handler = (input: TimerInput): Promise<void> => runTimer(input);
