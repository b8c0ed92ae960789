/** The shortcodes people and bots write most, as characters; an unknown shortcode stays as it was typed. */
import { h } from "./dom.js";

const TABLE = `
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|wave 👋|clap 👏|pray 🙏|raised_hands 🙌|point_right 👉|point_left 👈|muscle 💪
ok_hand 👌|eyes 👀|hand ✋|raised_hand ✋|writing_hand ✍️|handshake 🤝|smile 😄|grin 😁|joy 😂|slightly_smiling_face 🙂
wink 😉|thinking_face 🤔|sweat_smile 😅|cry 😢|sob 😭|disappointed 😞|sunglasses 😎|heart_eyes 😍|heart ❤️|broken_heart 💔
100 💯|fire 🔥|tada 🎉|sparkles ✨|star ⭐|star2 🌟|rocket 🚀|trophy 🏆|gift 🎁|balloon 🎈|zap ⚡|boom 💥|bulb 💡|seedling 🌱
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎|no_entry ⛔
no_entry_sign 🚫|octagonal_sign 🛑|stop_sign 🛑|warning ⚠️|rotating_light 🚨|exclamation ❗|heavy_exclamation_mark ❗
bangbang ‼️|question ❓|grey_question ❔|information_source ℹ️|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢
speech_balloon 💬|thought_balloon 💭|left_speech_bubble 🗨️|email 📧|envelope ✉️|incoming_envelope 📨|inbox_tray 📥
outbox_tray 📤|mailbox 📫|package 📦|memo 📝|pencil 📝|pencil2 ✏️|clipboard 📋|page_facing_up 📄|page_with_curl 📃|scroll 📜
bookmark 🔖|bookmark_tabs 📑|paperclip 📎|link 🔗|pushpin 📌|round_pushpin 📍|file_folder 📁|open_file_folder 📂|card_index 📇
file_cabinet 🗄️|card_file_box 🗃️|wastebasket 🗑️|books 📚|book 📖|ledger 📒|receipt 🧾|label 🏷️|ticket 🎫
bar_chart 📊|chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|calendar 📆|date 📅|spiral_calendar_pad 🗓️
clock1 🕐|clock3 🕒|clock9 🕘|alarm_clock ⏰|stopwatch ⏱️|timer_clock ⏲️|hourglass ⌛|hourglass_flowing_sand ⏳|watch ⌚
lock 🔒|unlock 🔓|closed_lock_with_key 🔐|lock_with_ink_pen 🔏|key 🔑|old_key 🗝️|shield 🛡️|mag 🔍|mag_right 🔎
moneybag 💰|dollar 💵|euro 💶|credit_card 💳|money_with_wings 💸|heavy_dollar_sign 💲|scales ⚖️|bank 🏦
gear ⚙️|wrench 🔧|hammer 🔨|hammer_and_wrench 🛠️|toolbox 🧰|nut_and_bolt 🔩|construction 🚧|robot_face 🤖|brain 🧠|satellite 🛰️
computer 💻|desktop_computer 🖥️|keyboard ⌨️|floppy_disk 💾|cloud ☁️|globe_with_meridians 🌐|electric_plug 🔌|battery 🔋
test_tube 🧪|alembic ⚗️|microscope 🔬|bug 🐛|snowflake ❄️|sunny ☀️|rainbow 🌈|recycle ♻️|broom 🧹|door 🚪|house 🏠|office 🏢
bust_in_silhouette 👤|busts_in_silhouette 👥|technologist 🧑‍💻|female-technologist 👩‍💻|guardsman 💂|crown 👑|ghost 👻
arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|arrow_upper_right ↗️|arrow_lower_right ↘️|leftwards_arrow_with_hook ↩️
arrow_right_hook ↪️|arrows_counterclockwise 🔄|repeat 🔁|rewind ⏪|fast_forward ⏩|double_vertical_bar ⏸️|arrow_forward ▶️
heavy_plus_sign ➕|heavy_minus_sign ➖|heavy_multiplication_x ✖️|infinity ♾️|new 🆕|ok 🆗|sos 🆘|free 🆓|id 🆔
red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡|large_green_circle 🟢|large_blue_circle 🔵|large_purple_circle 🟣
white_circle ⚪|black_circle ⚫|large_red_square 🟥|large_orange_square 🟧|large_yellow_square 🟨|large_green_square 🟩
large_blue_square 🟦|white_large_square ⬜|black_large_square ⬛|small_blue_diamond 🔹|small_orange_diamond 🔸
large_blue_diamond 🔷|one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|coffee ☕|pizza 🍕|cake 🍰|beers 🍻|dart 🎯|compass 🧭|umbrella ☂️
traffic_light 🚦|checkered_flag 🏁|triangular_flag_on_post 🚩|white_flag 🏳️|crossed_fingers 🤞|see_no_evil 🙈|skull 💀`;

const BY_NAME = new Map(
  TABLE.trim()
    .split(/[|\n]/)
    .map((entry) => /** @type {[string, string]} */ (entry.trim().split(" "))),
);
const SHORTCODE = /:([a-z0-9_+'-]+)(?:::skin-tone-[2-6])?:/g;

/** @param {string} name @returns {string|undefined} */
export const emojiNamed = (name) => BY_NAME.get(name);

/** @param {string} name */
export function emojiNode(name) {
  const character = BY_NAME.get(name);
  if (!character) return document.createTextNode(`:${name}:`);
  return h("span", { class: "emoji", role: "img", "aria-label": `${name.replaceAll("_", " ")} emoji` }, character);
}

/** Replaces shortcodes in text that stays text: option labels, input values. @param {string} text */
export const withEmoji = (text) => text.replace(SHORTCODE, (whole, name) => BY_NAME.get(name) ?? whole);
