// After the call: what has to be read back shows only when there is a booking.
import { followBooking } from "/static/staff/desk/assist/notes.js";

const booking = document.getElementById("booking");
if (booking) followBooking(booking, document.querySelector("[data-read-back]"));
