/** Processes that an earlier run on the same data folder left behind, and how they are ended: by their own id only. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

type Owner = { pid: number; ancestors: number[] };

const ownerFile = (dataDir: string) => join(dataDir, "cloud.pid");

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The command line of a process; "" where the system does not tell (then the id alone has to do). */
function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

/** Parent, grandparent and great-grandparent: what stands between this process and the `npm` that began it. */
function ancestors(): number[] {
  const found: number[] = [];
  for (let pid = process.ppid; pid > 1 && found.length < 3; ) {
    found.push(pid);
    try {
      // The name in brackets may hold anything, so the fields are counted from its end.
      pid = Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").pop()!.split(" ")[1]);
    } catch {
      break;
    }
  }
  return found;
}

/** Writes down who runs on this folder. */
export function claim(dataDir: string): void {
  const owner: Owner = { pid: process.pid, ancestors: ancestors() };
  writeFileSync(ownerFile(dataDir), JSON.stringify(owner));
}

/** Ends a process whose command line holds `part`, kindly first unless `at once`, and waits until it is gone. */
export async function endProcess(
  pid: number,
  part: string,
  how: "kindly" | "at once" = "kindly",
): Promise<void> {
  for (let tries = 0; isAlive(pid); tries++) {
    const command = commandLine(pid);
    if (command !== "" && !command.includes(part)) return;
    if (tries % 50 === 0) process.kill(pid, how === "kindly" && tries < 250 ? "SIGTERM" : "SIGKILL");
    await sleep(20);
  }
}

/** Ends the owner of a folder if whatever started it is gone. False when it is still in somebody's hands. */
export async function endOrphanedOwner(dataDir: string): Promise<boolean> {
  let owner: Owner;
  try {
    owner = JSON.parse(readFileSync(ownerFile(dataDir), "utf8")) as Owner;
  } catch {
    return false;
  }
  if (owner.pid === process.pid || owner.ancestors.every(isAlive)) return false;
  await endProcess(owner.pid, "node");
  return true;
}
