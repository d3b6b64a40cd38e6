import { describe, expect, test } from "vitest";
import { receptionSchema } from "../../../functions/reception/schema.ts";
import { fieldErrors } from "../../../functions/shared/validate.ts";
import {
  blankForm,
  fromContent,
  pressed,
  problemsOf,
  readForm,
  toInput,
  totalsOf,
  type Values,
} from "../../../functions/web/models/reception-form.ts";
import { chenYao, content, NOW, reader } from "../../support/fixtures.ts";

const r = reader(chenYao);

/** The form as a browser would send it. */
function post(values: Values): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(values.text)) form.set(name, value);
  for (const one of values.greeters) form.append("greeters", one);
  for (const one of values.hostLeaders) form.append("hostLeaders", one);
  values.companions.forEach((one, row) => {
    form.set(`companions.${row}.name`, one.name);
    form.set(`companions.${row}.phone`, one.phone);
  });
  return form;
}

const filled = (change: (text: Values["text"]) => void = () => {}): Values => {
  const values = fromContent(content);
  change(values.text);
  return values;
};
const check = (values: Values) => {
  const parsed = receptionSchema(NOW).safeParse(toInput(values));
  return {
    data: parsed.data,
    problems: parsed.success ? [] : problemsOf(fieldErrors(parsed.error), values, r),
  };
};

describe("there and back", () => {
  test("a request becomes a form and the same request again", () => {
    const back = readForm(post(fromContent(content)));
    expect(back).toEqual(fromContent(content));
    expect(check(back).data).toEqual(content);
  });
  test("with every further field", () => {
    const all = {
      ...content,
      departAt: "2026-12-06T22:10:00+08:00",
      pickupPlace: "other",
      pickupPlaceText: "公司门口",
      greeters: ["staff", "named"],
      greeterNames: ["张三", "李四"],
      hotelClass: "other",
      hotelClassText: "民宿",
      hotelName: "锦江边的小楼",
      cityClass: 1,
      lodgingPayer: "guest_fixed_rest_company",
      amountPerPersonDay: 20_050,
      diningPayer: "other",
      diningPayerText: "各付一半",
      hostLeaders: ["gm", "named"],
      hostLeaderNames: ["王五"],
      retroactiveReason: "周末临时到访",
    };
    expect(check(readForm(post(fromContent(all)))).data).toEqual(all);
  });
  test("what belongs to an answer that was not chosen is left out, but kept on the page", () => {
    const values = filled((text) =>
      Object.assign(text, { pickupPlaceText: "公司门口", amountPerPersonDay: "abc" }),
    );
    expect(toInput(values)).not.toHaveProperty("pickupPlaceText");
    expect(toInput(values)).not.toHaveProperty("amountPerPersonDay");
    expect(readForm(post(values)).text.pickupPlaceText).toBe("公司门口");
  });
  test("a contracted hotel brings its class and stars", () => {
    const values = filled((text) =>
      Object.assign(text, { hotelName: "华天", hotelClass: "", hotelStar: "" }),
    );
    expect(toInput(values)).toMatchObject({ hotelName: "华天", hotelClass: "1", hotelStar: 5 });
  });
  test("full-width digits and several names in one field are understood", () => {
    const values = filled((text) =>
      Object.assign(text, {
        guestsMale: "１２",
        budgetAmount: "￥４，０００",
        greeterNames: "张三、李四,王五",
      }),
    );
    expect(toInput({ ...values, greeters: ["named"] })).toMatchObject({
      guestsMale: 12,
      budgetAmount: 400_000,
      greeterNames: ["张三", "李四", "王五"],
    });
  });
});

describe("problems", () => {
  test("an empty form names what is missing, in the order of the page, at inputs that exist", () => {
    const { problems } = check(blankForm(r));
    expect(problems.map((one) => one.input)).toEqual([
      "visitingOrg",
      // Nobody comes: known as soon as the rest is wrong too.
      "guestsMale",
      "guestContactName",
      "guestContactPhone",
      "arrivalDate",
      "arriveTime",
      "departTime",
      "fromPlace",
      "toPlace",
      "leaveDate",
      "hotelClass",
      "hotelStar",
      "roomCount",
      "budgetAmount",
      "exchangeContent",
    ]);
  });
  test("rules between fields appear once everything else is right", () => {
    const early = check(filled((text) => Object.assign(text, { leaveDate: "2026-12-06" })));
    expect(early.problems).toMatchObject([{ input: "leaveTime", message: "离开时间不能早于到达时间" }]);
    const over = check(filled((text) => Object.assign(text, { budgetAmount: "5,000.01", excessReason: "" })));
    expect(over.problems).toMatchObject([{ input: "excessReason" }]);
    const past = check(
      filled((text) => Object.assign(text, { arrivalDate: "2026-12-01", leaveDate: "2026-12-02" })),
    );
    expect(past.problems).toMatchObject([{ input: "retroactiveReason" }]);
  });
  test("fractions of a fen are refused with the field's message", () => {
    const { problems } = check(filled((text) => Object.assign(text, { budgetAmount: "100.005" })));
    expect(problems).toEqual([
      { input: "budgetAmount", label: "申请金额（元）", message: "请填写大于 0 的金额，最多到分" },
    ]);
  });
  test("limits of money fields speak of yuan", () => {
    const { problems } = check(filled((text) => Object.assign(text, { allowancePerPersonDay: "200,000" })));
    expect(problems[0]?.message).toBe("不能大于 ¥100,000.00");
    const odd = check(filled((text) => Object.assign(text, { allowancePerPersonDay: "三百" })));
    expect(odd.problems[0]?.message).toContain("最多到分");
  });
  test("a companion's problem points at its own row, also behind empty rows", () => {
    const values = {
      ...filled(),
      companions: [
        { name: "", phone: "" },
        { name: "曾群", phone: "1" },
      ],
    };
    expect(check(values).problems).toMatchObject([{ input: "companions.1.phone", label: "电话（第 2 位）" }]);
  });
});

describe("rows without script", () => {
  test("adding and removing keeps what is typed", () => {
    const values = filled();
    const added = pressed(values, new URLSearchParams("add=companion"));
    expect(added.companions).toEqual([...values.companions, { name: "", phone: "" }]);
    expect(pressed(added, new URLSearchParams("remove=0")).companions).toEqual([{ name: "", phone: "" }]);
    expect(pressed(values, new URLSearchParams("do=totals"))).toEqual(values);
  });
  test("rows that a script has left gaps between are read in order", () => {
    const form = new URLSearchParams(
      "companions.3.name=B&companions.1.name=A&companions.1.phone=1&companions.x.name=C",
    );
    expect(readForm(form).companions).toEqual([
      { name: "A", phone: "1" },
      { name: "B", phone: "" },
    ]);
  });
});

test("totals", () => {
  expect(totalsOf(fromContent(content))).toEqual({
    guests: 2,
    nights: 1,
    amount: 500_000,
    perHead: 250_000,
    allowance: 120_000,
    over: 0,
  });
  expect(totalsOf(filled((text) => Object.assign(text, { budgetAmount: "7,600" }))).over).toBe(260_000);
  expect(totalsOf(blankForm(r))).toMatchObject({ guests: 0, nights: null, amount: null, perHead: null });
});
