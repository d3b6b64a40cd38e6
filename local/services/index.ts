/** The services of this cloud besides Step Functions, which the cloud itself makes. */
import type { ServiceFactory } from "../kernel.ts";

export const services: ServiceFactory[] = [];
