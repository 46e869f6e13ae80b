"""plan.xlsx: the tables of one school's plan as sheets that print on A4: rooms, access points."""

from collections.abc import Mapping, Sequence

from wifiplan.report.bands import bands_lines, other_radios_text
from wifiplan.report.numbering import floor_name, planned_radio
from wifiplan.report.reasons import reason_text
from wifiplan.report.remedies import cure_text
from wifiplan.report.standing import mark_of
from wifiplan.report.summary import names_of_rooms
from wifiplan.report.texts import texts
from wifiplan.report.workbook.columns import Column, figure, record_page
from wifiplan.report.workbook.pages import Page, say
from wifiplan.scheme.options import Lang
from wifiplan.study.records import Plan, PlannedAccessPoint, PlannedRoom
from wifiplan.study.telling import plan_evidence


def rooms_page(plan: Plan, lang: Lang) -> Page:
    """Return every room with what it needs, what it gets and the verdict: the columns of rooms.csv."""
    words = texts(lang)
    names = {p.access_point.id: p.access_point.name or p.access_point.id for p in plan.access_points}
    return record_page(
        say(lang, "教室", "Rooms"),
        say(lang, f"{plan.site.name} 教室", f"{plan.site.name}: rooms"),
        (*_room_place(plan, words, lang), *_room_figures(), *_room_ends(plan, words, names, lang)),
        plan.rooms,
        lang,
        lead=(words[f"rests_on.{plan_evidence(plan)}"],),
        remarks=(words["room.note"],),
    )


def _room_place(plan: Plan, words: Mapping[str, str], lang: Lang) -> Sequence[Column[PlannedRoom]]:
    return (
        Column(zh="樓層", en="Floor", width=8, value=lambda r: floor_name(plan, r.floor, lang)),
        Column(zh="代號", en="Id", width=8, value=lambda r: r.room_id),
        Column(zh="教室", en="Room", width=20, value=lambda r: r.name),
        Column(zh="用途", en="Use", width=10, value=lambda r: words[f"use.{r.use}"]),
        Column(zh="班級人數", en="Class size", width=7, value=lambda r: r.class_size),
        Column(
            zh="需求型態",
            en="Profile",
            width=10,
            value=lambda r: words.get(f"profile.{r.need.profile}", r.need.profile) if r.need else None,
        ),
        Column(zh="載具", en="Devices", width=8, value=lambda r: r.need.n_devices if r.need else None),
        Column(
            zh="需求 Mbit/s",
            en="Need Mbit/s",
            width=8,
            value=lambda r: figure(r.need.demand_mbps if r.need else None),
        ),
    )


def _room_figures() -> Sequence[Column[PlannedRoom]]:
    return (
        Column(zh="訊號 dBm", en="Signal dBm", width=8, value=lambda r: figure(r.received_dbm)),
        Column(zh="第二強 dBm", en="Second dBm", width=8, value=lambda r: figure(r.second_dbm)),
        Column(zh="訊噪比 dB", en="SNR dB", width=8, value=lambda r: figure(r.snr_db)),
        Column(zh="合格座位 %", en="Good seats %", width=8, value=lambda r: _percent(r.seats_share)),
        Column(zh="空中時間 %", en="Airtime %", width=8, value=lambda r: _percent(r.airtime_share)),
        Column(zh="含同頻道 %", en="Channel %", width=8, value=lambda r: _percent(r.channel_share)),
        Column(zh="忙碌 %", en="Busy %", width=8, value=lambda r: _percent(r.busy_share)),
    )


def _room_ends(
    plan: Plan, words: Mapping[str, str], names: Mapping[str, str], lang: Lang
) -> Sequence[Column[PlannedRoom]]:
    rooms = names_of_rooms(plan.rooms)
    return (
        Column(
            zh="服務基地臺",
            en="Served by",
            width=11,
            value=lambda r: None if r.serving_ap is None else names.get(r.serving_ap, r.serving_ap),
        ),
        Column(
            zh="分擔基地臺",
            en="Shared with",
            width=11,
            value=lambda r: " ".join(names.get(i, i) for i in r.sharing_aps) or None,
        ),
        Column(zh="判定", en="Verdict", width=9, value=lambda r: words[f"verdict.{r.verdict}"]),
        Column(zh="原因", en="Reason", width=34, value=lambda r: reason_text(r.reason, lang, names=rooms)),
        Column(zh="做法", en="Remedy", width=34, value=lambda r: cure_text(r, plan, lang) or None),
    )


def access_points_page(plan: Plan, lang: Lang) -> Page:
    """Return every access point with place, radio and reason: the columns of aps.csv."""
    words = texts(lang)
    return record_page(
        say(lang, "無線基地臺", "Access points"),
        say(lang, f"{plan.site.name} 無線基地臺", f"{plan.site.name}: access points"),
        (*_ap_place(plan, words, lang), *_ap_radio(plan, lang), *_ap_ends(plan, words, lang)),
        plan.access_points,
        lang,
        lead=(words[f"rests_on.{plan_evidence(plan)}"],),
        remarks=(words["ap.note"], *bands_lines(plan, lang)),
    )


def _ap_place(plan: Plan, words: Mapping[str, str], lang: Lang) -> Sequence[Column[PlannedAccessPoint]]:
    return (
        Column(zh="代號", en="Id", width=8, value=lambda p: p.access_point.id),
        Column(zh="名稱", en="Name", width=11, value=lambda p: p.access_point.name or None),
        Column(zh="動作", en="Action", width=8, value=lambda p: words[f"action.{mark_of(p)}"]),
        Column(zh="樓層", en="Floor", width=8, value=lambda p: floor_name(plan, p.access_point.floor, lang)),
        Column(zh="教室代號", en="Room id", width=8, value=lambda p: p.room_id or p.access_point.room_id),
        Column(zh="位置", en="Place", width=18, value=lambda p: p.room_name or words["ap.corridor"]),
        Column(zh="距西牆 m", en="West wall m", width=7, value=lambda p: figure(p.wall_a_m, 2)),
        Column(zh="距南牆 m", en="South wall m", width=7, value=lambda p: figure(p.wall_b_m, 2)),
        Column(zh="離地 m", en="Height m", width=7, value=lambda p: figure(p.access_point.z_m, 2)),
        Column(zh="x m", en="x m", width=7, value=lambda p: figure(p.access_point.x_m, 2)),
        Column(zh="y m", en="y m", width=7, value=lambda p: figure(p.access_point.y_m, 2)),
        Column(zh="機型等級", en="Model class", width=11, value=lambda p: p.access_point.model),
    )


def _ap_radio(plan: Plan, lang: Lang) -> Sequence[Column[PlannedAccessPoint]]:
    def radio(p: PlannedAccessPoint, what: str) -> str | int | float | None:
        found = planned_radio(p, plan)
        if found is None:
            return None
        known = {"band": found.band, "channel": found.channel, "width": found.width_mhz}
        return known[what] if what in known else figure(found.eirp_dbm)

    return (
        Column(zh="頻段 GHz", en="Band GHz", width=7, value=lambda p: radio(p, "band")),
        Column(zh="頻道", en="Channel", width=8, value=lambda p: radio(p, "channel")),
        Column(zh="備用頻道", en="Backup", width=8, value=lambda p: p.backup_channel),
        Column(zh="頻寬 MHz", en="Width MHz", width=7, value=lambda p: radio(p, "width")),
        Column(zh="EIRP dBm", en="EIRP dBm", width=7, value=lambda p: radio(p, "eirp")),
        Column(
            zh="其他頻段：頻道 (dBm)",
            en="Other bands: channel (dBm)",
            width=14,
            value=lambda p: other_radios_text(p, plan, lang) or None,
        ),
    )


def _ap_ends(plan: Plan, words: Mapping[str, str], lang: Lang) -> Sequence[Column[PlannedAccessPoint]]:
    names = names_of_rooms(plan.rooms)
    return (
        Column(zh="DFS", en="DFS", width=6, value=lambda p: words["yes" if p.dfs else "no"]),
        Column(zh="機櫃", en="Cabinet", width=14, value=lambda p: p.cabinet or p.access_point.cabinet),
        Column(zh="線長 m", en="Cable m", width=7, value=lambda p: figure(p.cable_m, 0)),
        Column(zh="負載 %", en="Load %", width=7, value=lambda p: _percent(p.load_share)),
        Column(zh="同頻道 %", en="Channel %", width=7, value=lambda p: _percent(p.channel_share)),
        Column(
            zh="服務教室",
            en="Serves",
            width=18,
            value=lambda p: words["doc.separator"].join(names.get(r, r) for r in p.serves) or None,
        ),
        Column(zh="理由", en="Reason", width=28, value=lambda p: reason_text(p.reason, lang, names=names)),
    )


def _percent(share: float | None) -> str | int | float | None:
    return figure(None if share is None else 100.0 * share)
