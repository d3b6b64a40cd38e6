/**
 * The demo company: 讯达物流配送公司 in Chengdu, with the people of its own plan (DOMAIN §1.2) and a few more where
 * the plan names none. Ids are stable; local/demo/README.md lists them.
 */
import type { Contact, CustomerFields } from "../../functions/customer/model.ts";
import {
  DEPARTMENTS,
  type Department,
  type Locale,
  type Person,
  type Role,
} from "../../functions/directory/model.ts";

const COMPLAINT_SKILLS = [
  "damage",
  "shortage",
  "delay",
  "finance",
  "claim",
  "price",
  "information",
  "service_attitude",
  "other",
];
const AGENT_SKILLS = ["call", "visit", ...COMPLAINT_SKILLS];

function person(
  staffId: string,
  name: string,
  role: Role,
  department: Department,
  number: number,
  locale: Locale = "zh-CN",
): Person {
  return {
    staffId,
    name,
    role,
    roles: [role],
    department,
    email: `${staffId}@xunda.example`,
    phone: `+86138100000${String(number).padStart(2, "0")}`,
    locale,
    active: true,
    skills: role === "agent" ? AGENT_SKILLS : [],
  };
}

export const PEOPLE: Person[] = [
  person("yinxue", "尹雪", "service_manager", "customer_service", 1),
  person("chenyao", "陈瑶", "reception_lead", "customer_service", 2),
  person("lichaoqun", "李超群", "aftersales_lead", "customer_service", 3),
  person("huangyuanli", "黄远利", "callcenter_lead", "customer_service", 4),
  person("limin", "李敏", "complaint_admin", "customer_service", 5),
  person("liuyanli", "刘艳丽", "records_admin", "customer_service", 6),
  person("hejing", "何静", "claims_officer", "customer_service", 7),
  person("zhangyun", "张云", "agent", "customer_service", 8),
  person("zengqun", "曾群", "agent", "customer_service", 9),
  person("tangli", "唐丽", "agent", "customer_service", 10),
  person("shuaizhong", "帅钟", "dept_manager", "customer_service", 11),
  person("luoqiang", "罗强", "dept_manager", "transport", 12),
  person("pengtao", "彭涛", "dept_manager", "marketing", 13),
  person("zhangke", "张科", "general_manager", "management", 14),
  person("wanghui", "王慧", "finance", "finance", 15),
  person("zhaomin", "赵敏", "finance", "finance", 16),
  person("xielei", "谢磊", "committee", "marketing", 17),
  person("gaofeng", "高峰", "committee", "transport", 18),
  person("daiwen", "戴文", "committee", "warehouse", 19, "en"),
  person("songna", "宋娜", "host", "customer_service", 20),
  person("weijun", "魏军", "driver", "transport", 21),
];

const contact = (name: string, number: number, change: Partial<Contact> = {}): Contact => ({
  name,
  phone: `+86139200000${String(number).padStart(2, "0")}`,
  email: `contact${number}@customer.example`,
  language: "zh-CN",
  channel: "phone",
  consent: { email: true, sms: true },
  suppressed: { email: false, sms: false },
  ...change,
});

/** The customers of the plan; whom nobody has spoken to yet is planned from the day of the first start. */
export const CUSTOMERS: (Omit<CustomerFields, "nextDueOn" | "noNextReason"> & { customerId: string })[] = [
  {
    customerId: "C0001",
    name: "洁丽雅有限公司",
    aliases: ["洁丽雅"],
    tier: "A",
    creditGrade: "A",
    address: "成都市双流开发区567号",
    companyType: "纺织品制造",
    owner: "zhangyun",
    contacts: [contact("陈辰", 1, { channel: "onsite" }), contact("周敏", 2)],
  },
  {
    customerId: "C0002",
    name: "快洁服装制造公司",
    aliases: ["快洁服装"],
    tier: "A",
    creditGrade: "B",
    address: "成都高新区工业园12号",
    companyType: "服装制造",
    owner: "zengqun",
    contacts: [contact("刘洋", 3)],
  },
  {
    customerId: "C0003",
    name: "佰草集医药公司",
    aliases: ["佰草集"],
    tier: "B",
    creditGrade: "A",
    address: "成都高新区西区大道88号",
    companyType: "医药",
    owner: "tangli",
    contacts: [contact("何佳", 4)],
  },
  {
    customerId: "C0004",
    name: "名珂名鞋公司",
    aliases: ["名珂"],
    tier: "C",
    creditGrade: "B",
    address: "成都高新区科园路21号",
    companyType: "鞋业",
    owner: "zhangyun",
    contacts: [contact("Ming Ke", 5, { language: "en", channel: "email" })],
  },
  {
    customerId: "C0005",
    name: "明畅食品公司",
    aliases: ["明畅"],
    tier: "D",
    creditGrade: "C",
    address: "成都市温江区海峡路9号",
    companyType: "食品",
    owner: "zengqun",
    contacts: [contact("孙悦", 6, { email: null })],
  },
  {
    customerId: "C0006",
    name: "大鹏杯具制造公司",
    aliases: ["大鹏"],
    tier: "D",
    creditGrade: "C",
    address: "成都市温江区光华大道300号",
    companyType: "日用品制造",
    owner: "tangli",
    contacts: [contact("马骏", 7, { email: null })],
  },
];

/** ¥60,000 a department and month, hard control. */
const ALLOTTED = 6_000_000;

/** Hospitality buckets of every department from a month (`YYYY-MM`) to eleven months ahead. */
export function buckets(firstMonth: string) {
  const [year = 0, month = 0] = firstMonth.split("-").map(Number);
  const periods = Array.from({ length: 12 }, (_, ahead) => {
    const index = year * 12 + (month - 1) + ahead;
    return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`;
  });
  return DEPARTMENTS.flatMap((department) =>
    periods.map((period) => ({
      department,
      period,
      category: "hospitality",
      control: "hard" as const,
      allotted: ALLOTTED,
      reserved: 0,
      committed: 0,
      spent: 0,
      available: ALLOTTED,
    })),
  );
}

/** ¥12,000,000 a year: 5 ‰ of it are ¥60,000, which a busy year of receptions passes. */
const REVENUE = 1_200_000_000;

/** Revenue of the year of a day and of the next, as finance would set it (contracts/budget.md §6). */
export const revenues = (day: string) => {
  const year = Number(day.slice(0, 4));
  return [year, year + 1].map((one) => ({ year: one, revenue: REVENUE, preOpening: false }));
};
