import './base.css';
import './parameters.css';
import './submission.css';
