/** 导入文件里的问题。 */
import { section } from "../section.ts";

export const importProblemTexts = section(
  {
    encoding: "文件的编码与所选的不符。请另存为 UTF-8，或检查时选择 GB18030",
    missing_column: "缺少这一列",
    unknown_column: "没有这一列，请删去或改用模板里的列名",
    required: "必填",
    invalid: "内容不对",
    formula: "不能以 = + - @ 开头，也不能用公式，请改成普通文字",
    duplicate_id: "这个客户编号前面已经出现过",
    merged_cells: "请取消合并单元格",
    too_many_rows: "一次最多导入 20,000 行，请分成几个文件",
    unreadable: "无法读取，请另存为 CSV（UTF-8）或 XLSX 后再试",
  },
  {
    encoding: "The file is in another encoding. Save it as UTF-8, or choose GB18030 for the check",
    missing_column: "This column is missing",
    unknown_column: "There is no such column; remove it, or use the name of the template",
    required: "Please fill this in",
    invalid: "This entry is not valid",
    formula: "Must not begin with = + - @, nor be a formula; make it plain text",
    duplicate_id: "This customer number is there already, further up",
    merged_cells: "Please split the merged cells",
    too_many_rows: "At most 20,000 rows at a time; make several files of it",
    unreadable: "This cannot be read; save it as CSV (UTF-8) or XLSX and try again",
  },
);
