// After the call: what has to be read back shows only when there is a booking.
import { followBooking } from "/static/staff/desk/assist/notes.js";
import { offerSummary } from "/static/staff/desk/assist/summary.js";

const booking = document.getElementById("booking");
if (booking) followBooking(booking, document.querySelector("[data-read-back]"));

offerSummary(document.querySelector("[data-ai-summary]"));
