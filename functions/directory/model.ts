/** People, roles and policies as the Directory table keeps them. */

/** Role ids of DOMAIN §1.2. */
export const ROLES = [
  "service_manager",
  "reception_lead",
  "aftersales_lead",
  "callcenter_lead",
  "complaint_admin",
  "records_admin",
  "claims_officer",
  "agent",
  "dept_manager",
  "general_manager",
  "finance",
  "committee",
  "host",
  "driver",
] as const;
export type Role = (typeof ROLES)[number];

export const DEPARTMENTS = [
  "customer_service",
  "transport",
  "marketing",
  "warehouse",
  "finance",
  "management",
] as const;
export type Department = (typeof DEPARTMENTS)[number];

export type Locale = "zh-CN" | "en";

/** `STAFF#<staffId>` / `PROFILE`. `role` and `department` are the keys of index byRole. */
export type Person = {
  staffId: string;
  name: string;
  email: string;
  phone: string;
  role: Role;
  roles: Role[];
  department: Department;
  locale: Locale;
  active: boolean;
  skills: string[];
};

/** `ABSENCE` / `<absenceId>`: somebody is away on these days, dates inclusive in Asia/Shanghai. */
export type Absence = {
  absenceId: string;
  staffId: string;
  from: string;
  to: string;
  /** Who signs in his place; without one a stage climbs one level. */
  substituteId?: string;
  reason: string;
  createdBy: string;
  createdAt: string;
};

/** Who is calling, through which door. The system itself is null. */
export type Actor = Person;
