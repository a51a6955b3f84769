/** The statistics as tables and charts. */

import { h } from "../../shared/element.js";
import { table } from "../parts/table.js";
import { part } from "../readers/record-parts.js";
import { actionOf } from "../words/actions.js";
import { counted, nameOf } from "../words/names.js";
import { age, full, span } from "../words/times.js";
import { lineChart, shareBar } from "./chart.js";

/** @typedef {import("./stats-types.js").Stats} Stats */

/**
 * @param {Stats} stats
 * @returns {HTMLElement[]}
 */
export function figuresOf(stats) {
  const { comments, decisions, time_to_decision: time, automated_share: automated, reports, sanctions, queues, overturned, sides, by_day: days } = stats;
  return [
    h(
      "dl.record.wide",
      {},
      ...figure("Comments", comments.received.toLocaleString()),
      ...figure("Held", comments.held.toLocaleString()),
      ...figure("Decisions", decisions.total.toLocaleString()),
      ...figure("Half decided within", seconds(time.p50_s)),
      ...figure("9 of 10 within", seconds(time.p90_s)),
      ...figure("By rules alone", share(automated)),
      ...figure("Reports", reports.received.toLocaleString()),
      ...figure("Limits set", sanctions.added.toLocaleString()),
    ),
    h("p.help", {}, `As of ${full(stats.as_of)}, days in UTC.`, stats.missing_days.length > 0 && missing(stats.missing_days)),
    part(
      "Day by day",
      h("p.legend", { "aria-hidden": "true" }, ...["Received", "Held", "Decided"].map((name, number) => h("span", { className: `legend-${number}` }, name))),
      lineChart("Comments received, held and decided, day by day", days.map(({ day }) => day), [
        { name: "Received", values: days.map(({ received }) => received) },
        { name: "Held", values: days.map(({ held }) => held) },
        { name: "Decided", values: days.map(({ decided }) => decided) },
      ]),
      h("details", {}, h("summary", {}, "As a table"), table(
        "Day by day",
        ["Day", "Received", "Held", "Decided", "Rejected", "Reports"],
        days.map(({ day, received, held, decided, rejected, reports: reported }) => [day, received, held, decided, rejected, reported]),
      )),
    ),
    part("Decisions", h("div.beside", {}, counts("By decision", "Decision", decisions.by_action, (id) => actionOf(id).name), counts("Rejections by reason", "Reason", decisions.rejections_by_reason, nameOf))),
    part("Queues now", table(
      "Queues now",
      ["Queue", "Waiting", "Oldest", "Half wait less than", "9 of 10 less than"],
      Object.entries(queues).map(([id, queue]) => [nameOf(id), queue.count, queue.oldest_at ? age(queue.oldest_at) : "–", seconds(queue.p50_s), seconds(queue.p90_s)]),
    )),
    part("Overturned later", h("div.beside", {}, overturnedOf("By rule", overturned.by_rule), overturnedOf("By moderator", overturned.by_moderator))),
    part("Sides of stories", h("p.help", {}, sides.note), table(
      "Rejections by side",
      ["Side", "Comments", "Decided", "Rejected", "Share", "Of the others", "Chance", "Notable"],
      sides.rows.map((row) => [nameOf(row.side), row.comments, row.decided, row.rejected, share(row.share), share(row.others_share), row.p_value === null ? "–" : row.p_value.toPrecision(2), row.notable && h("strong", {}, "Look into it")]),
    )),
    part("Reports and limits", h(
      "div.beside",
      {},
      counts(`Reports by reason (${reports.upheld} right, ${reports.declined} wrong)`, "Reason", reports.by_reason, nameOf),
      counts(`Limits by kind (${sanctions.lifted} lifted)`, "Kind", sanctions.by_kind, nameOf),
    )),
  ];
}

/** @param {string[]} days of which there are no figures (yet), the earliest first */
function missing(days) {
  const which = days.length > 3 ? `${days[0]} to ${days.at(-1)}` : days.join(", ");
  return ` Without figures: ${counted(days.length, "day")} (${which}).`;
}

/**
 * @param {string} name
 * @param {string} value
 */
function figure(name, value) {
  return [h("div", {}, h("dt", {}, name), h("dd", {}, value))];
}

/**
 * @param {string} name
 * @param {string} column
 * @param {Record<string, number>} given
 * @param {(id: string) => string} worded
 */
function counts(name, column, given, worded) {
  const rows = Object.entries(given).sort(([, one], [, other]) => other - one);
  return table(name, [column, "Count"], rows.map(([id, count]) => [worded(id), count.toLocaleString()]));
}

/**
 * @param {string} name
 * @param {import("./stats-types.js").Overturned[]} rows
 */
function overturnedOf(name, rows) {
  return table(name, ["Name", "Decided", "Overturned", "Share", "As a bar"], rows.map((row) => [
    row.label ?? nameOf(row.name), row.decided, row.overturned, share(row.rate), shareBar(row.rate ?? 0),
  ]));
}

/** @param {number | null} value */
function share(value) {
  return value === null ? "–" : `${(value * 100).toLocaleString(undefined, { maximumFractionDigits: 1 })} %`;
}

/** @param {number | null} value */
function seconds(value) {
  return value === null ? "–" : span(value);
}
