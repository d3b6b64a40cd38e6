/** 理赔要交的资料。 */
import { section } from "../section.ts";

export const claimDocuments = section(
  {
    waybill: "运单",
    delivery_receipt: "签收回单",
    photos: "货损照片",
    damage_report: "货损货差证明",
    invoice: "货物发票",
    packing_list: "装箱单",
    claim_letter: "索赔函",
  },
  {
    waybill: "Waybill",
    delivery_receipt: "Delivery receipt",
    photos: "Photos of the damage",
    damage_report: "Damage report",
    invoice: "Invoice of the goods",
    packing_list: "Packing list",
    claim_letter: "Letter of claim",
  },
);
