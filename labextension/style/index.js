import './base.css';
import './jobs.css';
import './jobpage.css';
import './parameters.css';
import './schedules.css';
import './submission.css';
