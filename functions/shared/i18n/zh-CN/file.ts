/** 附件页面的文案。 */
export const file = {
  title: "添加附件",
  intro: "选好文件后上传，最后再确认一次。",
  limits: "JPEG、PNG、WebP 或 PDF，每个不超过 10 MB，一个事项最多 10 个。",
  choose: "选择文件",
  upload: "上传",
  confirmTitle: "确认附件",
  arrived: "文件已经收到，还没有放进事项。请给它起个名字，再确认。",
  name: "文件名称",
  nameHint: "审批人会看到，例如“会议室报价单”",
  confirm: "放进事项",
  again: "换一个文件",
  back: "回到事项",
  full: "这个事项的附件已经满 10 个。",
  untitled: "附件 {n}",
};
