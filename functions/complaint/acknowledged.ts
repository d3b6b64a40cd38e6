/** The acknowledgement has gone out, by whichever of its channels was first: its clock is met. */
import { meetClocks } from "./clocks.ts";
import { changeComplaint } from "./write.ts";

/** Called for every acknowledgement that was sent; the second one changes nothing. */
export async function acknowledgementSent(caseId: string): Promise<void> {
  await changeComplaint<null>({
    caseId,
    actor: null,
    change: (file, { calendar }, at) => ({
      result: null,
      ...meetClocks(file, ["acknowledge"], calendar, at),
    }),
  });
}
